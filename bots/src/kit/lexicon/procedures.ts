/**
 * Operations and interventions that notes name: one line each, other names after `;`. Curated by hand.
 */
const table = `
appendectomy; appendix removed; appendix out
cholecystectomy; gallbladder removed; gallbladder surgery; gallbladder out
hysterectomy; uterus removed
oophorectomy; ovary removed; ovaries removed
mastectomy; breast removed
lumpectomy
tonsillectomy; tonsils removed; tonsils out; no tonsils
adenoidectomy
thyroidectomy; thyroid removed; thyroid lobectomy
parathyroidectomy
splenectomy; spleen removed
nephrectomy; kidney removed
prostatectomy; prostate removed
colectomy; colon resection; bowel resection; hemicolectomy
gastrectomy
gastric bypass; roux-en-y; bariatric surgery; weight loss surgery; sleeve gastrectomy; gastric sleeve; lap band
hernia repair; herniorrhaphy; hernia surgery
laminectomy
discectomy; microdiscectomy
spinal fusion; lumbar fusion; cervical fusion; back surgery; spine surgery; back fusion
kyphoplasty; vertebroplasty
laparoscopy
laparotomy
coronary artery bypass grafting; coronary artery bypass graft; cabg; bypass surgery; open heart surgery; heart bypass
percutaneous coronary intervention; pci; coronary stent; stent placement; coronary stenting; stents; heart stent
coronary angioplasty; angioplasty; balloon angioplasty
cardiac catheterization; heart catheterization; heart cath; left heart catheterization; cath; coronary angiogram
pacemaker placement; pacemaker implantation; pacemaker
defibrillator placement; icd placement; implantable cardioverter defibrillator
cardiac ablation; ablation; radiofrequency ablation; catheter ablation
cardioversion
valve replacement; aortic valve replacement; mitral valve replacement; heart valve replacement; tavr
mitral valve repair; valve repair
carotid endarterectomy; endarterectomy
aneurysm repair; aortic aneurysm repair
femoral bypass; bypass graft
thrombectomy
vein stripping; vein ablation
inferior vena cava filter; ivc filter
dialysis; hemodialysis; peritoneal dialysis
arteriovenous fistula; av fistula; fistula creation
kidney transplant; renal transplant; kidney transplantation
liver transplant; liver transplantation
heart transplant
lung transplant
bone marrow transplant; stem cell transplant
corneal transplant
total knee replacement; knee replacement; total knee arthroplasty; knee arthroplasty
total hip replacement; hip replacement; total hip arthroplasty; hip arthroplasty
shoulder replacement; shoulder arthroplasty; total shoulder arthroplasty
knee arthroscopy; arthroscopic knee surgery; arthroscopy; knee scope
meniscectomy; meniscus repair; meniscal repair
acl reconstruction; anterior cruciate ligament reconstruction; acl repair
rotator cuff repair; shoulder surgery; shoulder arthroscopy
carpal tunnel release; carpal tunnel surgery
trigger finger release
open reduction internal fixation; orif; internal fixation
bunionectomy; bunion surgery
amputation; below knee amputation; above knee amputation; toe amputation
cataract surgery; cataract extraction; cataract removal
lasik; laser eye surgery
retinal detachment repair
colonoscopy
polypectomy; polyps removed; polyp removed
upper endoscopy; egd; esophagogastroduodenoscopy; endoscopy
ercp
sigmoidoscopy; flexible sigmoidoscopy
bronchoscopy
cystoscopy
lithotripsy
ureteroscopy; ureteral stent
vasectomy
tubal ligation; tubes tied
cesarean section; c-section; caesarean; cesarean delivery
dilation and curettage; d and c
hysteroscopy
circumcision
transurethral resection of prostate; turp
bladder sling; sling procedure
fundoplication; nissen fundoplication
pancreatectomy; whipple procedure
liver biopsy
breast biopsy
breast reduction; reduction mammoplasty; mammoplasty
skin cancer removal; skin cancer removed
skin biopsy; punch biopsy; shave biopsy
prostate biopsy
kidney biopsy; renal biopsy
bone marrow biopsy
lung biopsy
biopsy
lobectomy; lung resection; pneumonectomy
craniotomy; brain surgery
ventriculoperitoneal shunt; vp shunt; shunt placement
deep brain stimulation
lumbar puncture; spinal tap
epidural steroid injection; epidural injection; epidural
nerve block; facet injection; trigger point injection
cortisone injection; steroid injection; joint injection
tracheostomy
septoplasty; rhinoplasty; nose job; nose surgery
sinus surgery; endoscopic sinus surgery
tympanostomy; ear tubes
cochlear implant
colostomy; ileostomy
peg tube placement; feeding tube placement; gastrostomy
port placement; central line placement
skin graft; skin grafting
mohs surgery; mohs
excision; wide local excision
debridement
paracentesis
thoracentesis
chest tube placement; chest tube; thoracostomy
pericardiocentesis
plasmapheresis
electroconvulsive therapy; ect; shock therapy
transcranial magnetic stimulation; tms
chemotherapy; chemo
radiation therapy; radiotherapy; radiation treatment
blood transfusion; transfusion
lymph node dissection; axillary dissection
orchiectomy; testicle removed
myomectomy; fibroid removal
endometrial ablation
cervical conization; leep
hemorrhoidectomy; hemorrhoid banding
fistulotomy
tooth extraction; wisdom teeth removed; wisdom teeth extraction
root canal
`;

/** A procedure with every name it goes by. */
export interface Procedure {
  readonly name: string;
  readonly names: readonly string[];
}

/** Every procedure of the table. */
export const procedures: readonly Procedure[] = table
  .trim()
  .split('\n')
  .map((line) => {
    const names = line.split(';').map((name) => name.trim());
    return { name: names[0] ?? '', names };
  });
