/** Symptoms and signs that a patient may report or deny: one line each, other names after `;`. Curated by hand. */
const table = `
fever; fevers; febrile; temperature
chills; chill; shivering; rigors
night sweats; sweats; sweating; sweaty; diaphoresis
fatigue; tired; tiredness; exhausted; exhaustion; lack of energy; low energy; no energy; worn out; lethargy
weakness; weak
weight loss; lost weight; losing weight; lose weight
weight gain; gained weight; gaining weight; gain weight
appetite; appetite loss; loss of appetite; decreased appetite
chest pain; chest pains; chest discomfort; chest tightness; chest pressure; pain in your chest; pain in chest; chest hurt
shortness of breath; short of breath; dyspnea; trouble breathing; difficulty breathing; breathlessness; winded; problems breathing; out of breath; catch my breath
dyspnea on exertion; exertional dyspnea; shortness of breath with exertion
palpitations; heart racing; racing heart; fluttering; heart flutter
cough; coughing; coughs
wheezing; wheeze; wheezes
sputum; phlegm; mucus
hemoptysis; coughing up blood
nausea; nauseous; nauseated; sick to your stomach; queasy
vomiting; vomit; throwing up; threw up; throw up; emesis
diarrhea; loose stools; loose stool
constipation; constipated
abdominal pain; stomach pain; belly pain; pain in your belly; pain in your stomach; abdominal discomfort; stomach ache; belly aches
bloating; bloated; distension
heartburn; acid reflux; reflux
blood in stool; blood in your stool; bloody stools; blood in stools; melena; black stools; rectal bleeding; black tarry stools
blood in urine; hematuria; blood in your urine
dysuria; burning with urination; painful urination; burning when you urinate; burning when urinating; pain with urination; pain when you urinate
urinary frequency; frequent urination; urinating more; urinate more
incontinence; loss of bladder control; loss of bowel control; bowel or bladder
headache; headaches; head pain
dizziness; dizzy; lightheadedness; lightheaded; light headed; vertigo
syncope; fainting; fainted; passed out; pass out; loss of consciousness; passing out; black out
numbness; numb
tingling; tingly; pins and needles; paresthesia
tremor; tremors; shaking
seizure; seizures
confusion; confused
memory loss; forgetful; memory problems
vision changes; blurry vision; blurred vision; visual changes; vision problems; double vision
hearing loss; trouble hearing; hearing problems
ear pain; earache; ear pains
tinnitus; ringing in the ears; ringing in your ears
sore throat; throat pain; throat hurt
dysphagia; difficulty swallowing; trouble swallowing; problems swallowing
hoarseness; hoarse
nasal congestion; congestion; stuffy nose; congested
runny nose; rhinorrhea; nasal drainage
swelling; swollen; edema; swell
redness; red; erythema
rash; rashes
itching; itchy; pruritus; itch
bruising; bruise; bruises; ecchymosis
joint pain; joint pains; arthralgia
muscle aches; body aches; myalgia; muscle pain; muscle ache; body ache
back pain; back hurt
neck pain; neck stiffness; stiff neck
leg swelling; swelling in your legs; swelling in your legs; swollen legs; lower extremity edema; ankle swelling; leg edema
stiffness; stiff
cramping; cramps; cramp
depression; depressed; sad; hopeless
anxiety; anxious; nervous; panic
insomnia; trouble sleeping; difficulty sleeping; sleep problems
suicidal ideation; suicidal; harm yourself; harming yourself; hurting yourself; suicidal thoughts; thoughts of self harm
homicidal ideation; homicidal; hurt others; harm others; harming others; hurting others
hallucinations; hearing voices
injury; injuries; injured; trauma
fall; falls; fell; fallen
popping; pop; clicking
locking; catching; giving out; buckling; instability
pain; painful; pains; sore; soreness; hurts; aching; ache; discomfort
tenderness; tender
bleeding; bleed; bleeds
discharge; drainage
fracture; fractures; broken bone; broken bones
murmur; murmurs
gallops; gallop
rubs; rub
crackles; crackle; rales
rhonchi
stridor
lymphadenopathy; swollen lymph nodes; enlarged lymph nodes
thyromegaly; enlarged thyroid
carotid bruit; carotid bruits; bruits; bruit
jugular venous distention; jvd; jugular venous distension
masses; mass; lump; lumps
guarding
rebound; rebound tenderness
effusion; effusions
instability; laxity
deformity; deformities
clubbing
cyanosis
pallor; pale
jaundice
allergies; seasonal allergies; allergic
smoking; smoke; smokes; smoker; cigarettes; tobacco
alcohol; drinking; drinks alcohol; drink alcohol
drug use; illicit drugs; recreational drugs; marijuana
snoring; snore; snores
hot flashes
hair loss
cold intolerance; heat intolerance
polyuria; polydipsia; thirsty; thirst
nosebleeds; nosebleed; epistaxis
travel; traveled; traveling
sick contacts; exposed to
side effects; side effect
vaginal bleeding; vaginal discharge
hives
low mood; feeling down; pretty down; really down; very down; feeling low; mood swings
loss of interest; no interest; lost interest; no motivation; lack of motivation
worry; worries; worrying; racing thoughts; restless; restlessness; on edge
nightmares; nightmare; flashbacks; flashback
irritability; irritable; angry outbursts
poor sleep; not sleeping; sleeping badly; cannot sleep; sleeping poorly
panic attacks; panic attack
guilt; guilty; worthless; worthlessness
crying spells; tearful; crying
poor concentration; trouble concentrating; cannot concentrate
paranoia; paranoid
cravings; craving; relapse; relapsed
`;

/** A symptom or sign with every name it goes by. */
export interface Finding {
  readonly name: string;
  readonly names: readonly string[];
}

/** Every finding of the table. */
export const findings: readonly Finding[] = table
  .trim()
  .split('\n')
  .map((line) => {
    const names = line.split(';').map((name) => name.trim());
    return { name: names[0] ?? '', names };
  });

/** Substances to which people are allergic and that are no medicine of the drug table. */
export const allergens: readonly string[] = (
  'sulfa,sulfa drugs,sulfonamide,latex,shellfish,shrimp,crab,lobster,peanut,peanuts,tree nuts,nuts,walnuts,almonds,cashews,eggs,egg,milk,dairy,soy,wheat,gluten,' +
  'fish,sesame,strawberries,kiwi,banana,avocado,iodine,iv contrast,contrast dye,contrast,bee stings,bee venom,wasp,insect venom,dust,dust mites,mold,pollen,' +
  'grass,ragweed,cat dander,dog dander,pet dander,cats,dogs,nickel,adhesive,adhesive tape,tape,fragrance,penicillins,cephalosporins,tetracyclines,opioids,' +
  'nsaids,local anesthetics,anesthesia,chlorhexidine,gelatin,red dye,sulfites,msg,mango,tomato,citrus,corn,pork,red meat,chocolate,poison ivy,formaldehyde,lanolin'
).split(',');

/** Parts of the body, for asking which side a text speaks of. */
export const bodyParts: readonly string[] = (
  'head,face,eye,ear,cheek,jaw,temple,forehead,neck,throat,shoulder,arm,armpit,axilla,elbow,forearm,wrist,hand,palm,finger,thumb,fingers,knuckle,chest,breast,rib,ribs,flank,back,side,abdomen,' +
  'quadrant,groin,hip,buttock,thigh,leg,knee,kneecap,patella,shin,calf,ankle,heel,foot,toe,toes,sole,extremity,extremities,upper extremity,lower extremity,lung,lobe,base,kidney,ovary,testicle,' +
  'ventricle,atrium,ventricular,atrial,carotid,hemisphere,nostril,tonsil,tibia,fibula,femur,humerus,radius,ulna,clavicle,collarbone,scapula,trapezius,biceps,triceps,deltoid,acromion,acromioclavicular,epicondyle,olecranon,malleolus,' +
  'metatarsal,metacarpal,scaphoid,calcaneus,meniscus,labrum,rotator,cuff,sacroiliac,trochanter,hamstring,quadriceps,gastrocnemius,achilles,parotid,breasts,thyroid,adrenal,iliac,inguinal,facet,sciatic,paraspinal,tympanic,canal,nipple,vein,artery,bundle'
).split(',');
