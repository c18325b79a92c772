Extension: BotCoalesce
Id: bot-coalesce
Title: "Bot coalesce"
Description: "On a Subscription to a bot: events that wait for the same key run once, with the newest. The value says what gives the key: `patient` for one per patient, `bot` for one in all."
Context: Subscription
* value[x] 1..1
* value[x] only string or code or boolean
