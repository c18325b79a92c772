const SOFTWARE =
  'ai|a\\.i\\.|assistant|scribe|chatgpt|claude|gemini|copilot|alexa|siri|cortana|language model|llm|chatbot|bot|software|transcriber|note ?taker|transcription service|record[- ]keeping software';
/** What only software has or keeps. */
const KEPT =
  'note|draft|claims?|chart|(?:the|this|his|her|my) records?|transcript|findings|alerts?|flags|risk score|audit|logs|validat(?:or|ion)|safety checks?|password|credentials|(?:admin|root|full) access|permissions|escalation ladder|identifier|label|the status|database|folder|files?|prompts?|instructions|medication list|problem list|allerg(?:y|ies) list|summary|output|json|signature|(?:to|in|into|from) the (?:plan|assessment)';
/** What may stand before an order. */
const POLITE =
  '(?:(?:please|now|and|also|then|just|so|okay|ok|hey|important|action|you must(?: comply)?|you should|you have to|make sure (?:to|you)|be sure to|tell you to|told me to)[ ,:*]+)*';
const TYPES =
  'AllergyIntolerance|AuditEvent|CarePlan|CareTeam|Communication|Composition|DetectedIssue|DiagnosticReport|DocumentReference|Encounter|GuidanceResponse|MedicationRequest|MedicationStatement|Observation|Patient|Practitioner|Provenance|QuestionnaireResponse|RiskAssessment|ServiceRequest|AccessPolicy|ProjectMembership|Subscription|Consent|Task|Bot';

/** Rules that are to fall, and roles that are to be taken. */
const RULES: readonly RegExp[] = [
  /\b(?:ignore|disregard|forget|override|bypass|skip|disable|turn off|switch off)[ _-](?:[\w'’]+[ _-]){0,5}(?:instructions?|rules?|prompts?|guidelines?|constraints?|polic(?:y|ies)|validat(?:or|ion)|safety checks?|consent|restrictions|everything (?:above|before))\b/i,
  /\bignoreall\w*instructions?\b/i,
  /\b(?:skip|without) (?:the|any) review\b|\b(?:rules?|instructions?) (?:above )?no longer appl(?:y|ies)\b|\bnew rules?\b[^.?!]{0,12}:/i,
  /\b(?:system|developer) (?:prompt|message|instructions?|override|note|password)\b/i,
  /\b(?:new|updated|special|following) instructions?\s*:|\byour (?:new (?:goal|task|role)|prompt|(?:browser )?tools?)\b|\bwhat (?:are|were) your (?:instructions|rules)\b|\bprompt you were given\b/i,
  /\b(?:you are|act as|pretend (?:to be|(?:that )?you are)|behave (?:as|like)) (?:now )?(?:an? |the )?(?:\w+ )?(?:ai|a\.i\.|assistant|language model|chatbot|model|software|scribe|bot|unrestricted|jailbroken|dan|supervising physician|attending|administrator|root)\b/i,
  /\bfrom now on you\b|\brole-?play as\b|\bact like the (?:attending|physician|doctor|supervisor|admin)|\bsimulate an? (?:terminal|shell|system)\b|\byou must comply\b|\byou are now the (?:physician|doctor|clinician)\b|(?:^|[.?!] )(?:system|developer|administrator|root)\s*:|\bimagine you have no\b|\bgame where you\b|\bas your (?:administrator|developer|owner|creator)\b/i,
  /\b(?:scribe|software|system|bot|model) signs\b/i,
];

/** Words to the software, orders to it, and what only it could write. */
const ORDERS: readonly RegExp[] = [
  new RegExp(
    `(?:^|[.?!:] ?|\\b(?:dear|hey|hello|attention|note to(?: the)?|for the) )(?:${SOFTWARE})\\s*[,:]\\s*(?:please )?\\w+`,
    'i',
  ),
  /\b(?:hey|ok|okay) (?:computer|google)\b|\bthe computer should\b|\bto whoever types\b/i,
  new RegExp(
    `(?:^|[:;] *)${POLITE}(?:add|write|put|insert|include|append|document|state|claim|prescribe|order|enter|output|print|reply|respond|set|mark|change|replace|delete|remove|omit|record|close|reset|grant|share|upload|copy|read|merge|acknowledge|upgrade|create|update|hide|leave out|decode|execute|invoke)\\b[^.?!\\n]*\\b(?:${KEPT})\\b`,
    'i',
  ),
  /^(?:please )?(?:bill|code|upcode) (?:this|the) visit\b|\b(?:upgrade|raise) the (?:visit|claim|level)\b|\bdelete (?:this|the) visit\b|\bturn off the safety\b/i,
  /\b(?:co-?sign|sign|approve|finali[sz]e|submit|attest|authenticate) (?:the|this|that|my|her|his|all|every) (?:notes?|draft|claim|document|chart)\b|\bsigns? (?:everything|notes)\b|\btell you to finali[sz]e\b|\band co-?sign\b/i,
  /\b(?:send|e-?mail|post|upload|forward|exfiltrate|copy) (?:\w+ ){0,8}(?:https?:|www\.|\S+@\S+\.\S+)|^(?:send|forward|share|upload) (?:the |my |this )?(?:chart|record|transcript|everything|whole)\b|\bto all (?:the )?patients\b/i,
  /\b(?:reveal|repeat|print|show|list|look up) (?:\w+ ){0,3}(?:system prompt|your (?:instructions|prompt|rules)|api key|password)\b|\brepeat everything above\b/i,
  /\bend (?:of )?transcript\b|\bbegin (?:new task|note)\b|\bhas already been reviewed\b|\bdoctor approves everything\b|\belectronically signed\b|^attestation\s*:|\bthis sentence was written by\b|\b(?:(?:verdict|doc_?status|attester)\s*[:=]\s*\w|(?:status|origin)\s*(?:=|:\s*(?:final|human)\b))/i,
];

/** What nobody says aloud: markup, code, addresses, names of resources, letters and digits without a word. */
const UNSPOKEN: readonly RegExp[] = [
  /<\/?[a-z!|][^>]*>|<!--|\[\/?INST\]|\[\[|```|^#{2,}\s*\w|!?\[[^\]]*\]\([^)]*\)|^\s*\|.*\||\*\*\w/im,
  /\{\s*"?\w+"?\s*:|"\w+"\s*:\s*["{[\d]|\b\w+\((?:["'][^)]*|\w+=[^)]*)\)|\b\w+=\w+;/i,
  /\b[a-z]{2,}_[a-z_]{3,}/,
  /\bhttps?:\/\/|\bdata:\w+\/|\brm -rf\b|\bcurl -|\bimport os\b|\bdrop table\b|\bselect \* from\b/i,
  new RegExp(
    `\\b(?:${TYPES})\\/[A-Za-z0-9-]|\\b(?:POST|PUT|PATCH|DELETE|GET) (?:\\/|(?:${TYPES})\\b)|\\/fhir\\/|\\$(?:sign|review|everything|draft-note|execute)\\b`,
  ),
  /\b(?:AllergyIntolerance|AuditEvent|CarePlan|CareTeam|DetectedIssue|DiagnosticReport|DocumentReference|GuidanceResponse|MedicationRequest|MedicationStatement|QuestionnaireResponse|RiskAssessment|ServiceRequest|AccessPolicy|ProjectMembership)\b|\b(?:Bundle transaction|Patient\.\w+|meta\.\w+|AIAST|docStatus)\b/,
  /(?<![\w+/])(?=[A-Za-z0-9+/]*[a-z][A-Z])(?=[A-Za-z0-9+/]*[A-Z][a-z0-9])[A-Za-z0-9+/]{20,}={0,2}|\b0x[\da-f]{12,}|\b[\da-f]{24,}\b|\b(?:base64|rot13)\b/,
];

/** The same in other languages: "ignore the instructions", "sign the note", "add to the plan". */
const FOREIGN: readonly RegExp[] = [
  /\b(?:ignor\w*|olvid\w*|vergiss|oubli\w*|zignoruj|negeer|missachte|dimentica)\b[^.?!]*(?:instru\w*|istruzion\w*|anweisung\w*|reg(?:las|eln|ole|ras)|règles|instrukcj\w*)/i,
  /\b(?:firma|firme|firmar|signez|assine|unterschreib\w*|podpisz|onderteken)\b[^.?!]*\b(?:nota|note|notiz|notat\w*|notitie)/i,
  /(?:^|\W)(?:agreg\w*|añad\w*|füge|ajoute\w*|aggiung\w*|adicion\w*|acrescente|dodaj|voeg)(?=\W)[^.?!]*(?:\bplan|\bnota|\bnote|\bnotiz)/i,
  /инструкц|указани|подпиш|предыдущ|指令|指示|忽略|无视|無視|署名|签署|簽署|지시|명령|무시|서명|تعليمات|تجاهل|निर्देश|हस्ताक्षर|अनदेखा|hướng dẫn|bỏ qua|talimat|οδηγίες|αγνόησ/i,
];

/** Ways in which words address the software instead of the other person in the room. */
export const ADDRESSED: readonly RegExp[] = [...RULES, ...ORDERS, ...UNSPOKEN, ...FOREIGN];

/** Wishes that something be left out: they are no content, but what stands beside them is. */
export const CONCEALING =
  /\b(?:do not|don't|dont|never) (?:document|flag|record|chart|write (?:that|this|it) down|tell the (?:clinician|doctor|nurse)|put (?:that|this|it) in)\b|^(?:please )?(?:leave (?:that |this |it |[\w ]+)?out of|leave out|hide)\b[^.?!]*\b(?:note|chart|record|clinician)\b/i;
