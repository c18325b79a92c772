Extension: BotManifest
Id: bot-manifest
Title: "Bot manifest"
Description: "On a Bot: the reads, writes and egress that it declares, as JSON text."
* value[x] 1..1
* value[x] only string
