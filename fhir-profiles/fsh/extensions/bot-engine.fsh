Extension: BotEngine
Id: bot-engine
Title: "Bot engine"
Description: "On a Bot: the AI engine whose assertions it writes, with its version, prompt, model card, the validator that checks it, and the versions of the vocabularies that it uses."
* extension contains
    name 1..1 and
    version 1..1 and
    display 1..1 and
    prompt 0..1 and
    promptSha256 0..1 and
    promptText 0..1 and
    modelCard 0..1 and
    validator 0..1 and
    terminology 0..*
* extension[name].value[x] only string
* extension[version].value[x] only string
* extension[display].value[x] only string
* extension[prompt].value[x] only string
* extension[promptSha256].value[x] only string
* extension[promptText].value[x] only string
* extension[modelCard].value[x] only markdown
* extension[validator].value[x] only string
* extension[terminology].value[x] only string
