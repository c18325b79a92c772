Extension: BotCoalesce
Id: bot-coalesce
Title: "Bot coalesce"
Description: "On a Subscription to a bot: events that wait for the same key run once, with the newest. The value is the reference element that gives the key, such as `subject`, or `subscription` for one key in all."
Context: Subscription
* value[x] 1..1
* value[x] only string or code or boolean
