Extension: BotManifest
Id: bot-manifest
Title: "Bot manifest"
Description: "On a Bot: the types that it declares to read and write, and the hosts that it may call."
* extension contains
    read 0..* and
    write 0..* and
    egress 0..*
* extension[read].value[x] only code
* extension[write].value[x] only code
* extension[egress].value[x] only string
