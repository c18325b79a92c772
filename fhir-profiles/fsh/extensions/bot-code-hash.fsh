Extension: BotCodeHash
Id: bot-code-hash
Title: "Bot code hash"
Description: "On a Bot: SHA-256 of the code and the settings that were deployed last."
* value[x] 1..1
* value[x] only string
