/**
 * Conditions that a behavioural-health and primary-care clinic names daily: `code | name | other names`. Codes are
 * ICD-10-CM FY2026; names and lay terms curated by hand. A code ending in `-` stands for a family whose last characters
 * the note decides (side, encounter).
 */
export const conditionTable = `
I10 | essential hypertension | hypertension; high blood pressure; htn; elevated blood pressure; blood pressure elevated; hypertensive; blood pressure medication; blood pressure medicine; blood pressure pill; blood pressure pills; blood pressure meds; blood pressure problem
I11.0 | hypertensive heart disease with heart failure | hypertensive heart failure; hypertension with heart failure
I12.9 | hypertensive chronic kidney disease | hypertensive kidney disease; hypertension with chronic kidney disease
I16.0 | hypertensive urgency | severe hypertension
I50.9 | heart failure | congestive heart failure; chf; cardiac failure; weak heart
I50.22 | chronic systolic heart failure | systolic heart failure; heart failure with reduced ejection fraction; hfref
I50.32 | chronic diastolic heart failure | diastolic heart failure; heart failure with preserved ejection fraction; hfpef
I50.23 | acute on chronic systolic heart failure | systolic heart failure exacerbation
I50.33 | acute on chronic diastolic heart failure | diastolic heart failure exacerbation
I25.10 | coronary artery disease | cad; coronary heart disease; ischemic heart disease; coronary atherosclerosis; blocked heart arteries
I25.2 | old myocardial infarction | history of myocardial infarction; prior heart attack; history of heart attack
I21.9 | acute myocardial infarction | myocardial infarction; heart attack; mi; stemi; nstemi
I20.9 | angina pectoris | angina; stable angina
I48.91 | atrial fibrillation | afib; a-fib; a fib; af; irregular heartbeat
I48.0 | paroxysmal atrial fibrillation | paroxysmal afib
I48.20 | chronic atrial fibrillation | persistent atrial fibrillation; permanent atrial fibrillation
I48.92 | atrial flutter | aflutter
I49.9 | cardiac arrhythmia | arrhythmia; irregular heart rhythm; dysrhythmia
I47.10 | supraventricular tachycardia | svt
I47.20 | ventricular tachycardia | vtach
I34.0 | mitral regurgitation | mitral valve regurgitation; mitral insufficiency; leaky mitral valve; mitral valve insufficiency
I34.1 | mitral valve prolapse | mvp
I35.0 | aortic stenosis | aortic valve stenosis
I35.1 | aortic regurgitation | aortic insufficiency
I07.1 | tricuspid regurgitation | tricuspid insufficiency
I42.9 | cardiomyopathy | enlarged heart
I42.0 | dilated cardiomyopathy | congestive cardiomyopathy
I42.2 | hypertrophic cardiomyopathy |
I25.5 | ischemic cardiomyopathy |
I63.9 | cerebral infarction | stroke; cva; ischemic stroke; cerebrovascular accident
Z86.73 | history of stroke | history of tia; prior stroke; history of cerebrovascular accident
G45.9 | transient ischemic attack | tia; mini stroke; mini-stroke
I61.9 | intracerebral hemorrhage | brain hemorrhage; brain bleed; hemorrhagic stroke
I60.9 | subarachnoid hemorrhage | sah
I71.40 | abdominal aortic aneurysm | aaa; aortic aneurysm
I73.9 | peripheral vascular disease | peripheral artery disease; peripheral arterial disease; pad; pvd; poor circulation
I65.29 | carotid artery stenosis | carotid stenosis; carotid artery disease
I82.409 | deep vein thrombosis | dvt; blood clot in the leg; deep venous thrombosis; leg clot
I26.99 | pulmonary embolism | pe; blood clot in the lung; lung clot
I83.90 | varicose veins | varicose vein
I87.2 | venous insufficiency | chronic venous insufficiency; venous stasis
I95.1 | orthostatic hypotension | postural hypotension
I95.9 | hypotension | low blood pressure
I27.20 | pulmonary hypertension |
I30.9 | pericarditis | acute pericarditis
I33.9 | endocarditis |
I40.9 | myocarditis |
E11.9 | type 2 diabetes mellitus | diabetes; type 2 diabetes; type ii diabetes; diabetes type 2; diabetes mellitus type 2; t2dm; dm2; diabetes mellitus; diabetic; type two diabetes; diabetes type two; sugar diabetes
E11.65 | type 2 diabetes mellitus with hyperglycemia | uncontrolled diabetes; uncontrolled type 2 diabetes; poorly controlled diabetes; diabetes with hyperglycemia
E11.40 | diabetic neuropathy | diabetic peripheral neuropathy; type 2 diabetes with neuropathy
E11.22 | diabetic kidney disease | diabetic nephropathy; type 2 diabetes with chronic kidney disease; diabetic chronic kidney disease
E11.319 | diabetic retinopathy | type 2 diabetes with retinopathy
E11.621 | diabetic foot ulcer |
E11.649 | diabetes with hypoglycemia | type 2 diabetes with hypoglycemia
E10.9 | type 1 diabetes mellitus | type 1 diabetes; type i diabetes; juvenile diabetes; diabetes type 1; insulin dependent diabetes
E10.10 | diabetic ketoacidosis | dka; type 1 diabetes with ketoacidosis
O24.419 | gestational diabetes | pregnancy diabetes
R73.03 | prediabetes | pre-diabetes; borderline diabetes; impaired glucose tolerance; impaired fasting glucose
R73.9 | hyperglycemia | high blood sugar; elevated blood sugar; elevated glucose
E16.2 | hypoglycemia | low blood sugar
E78.5 | hyperlipidemia | high cholesterol; dyslipidemia; hypercholesterolemia; elevated cholesterol; hld; high lipids; cholesterol medication; cholesterol medicine; cholesterol pill
E78.00 | pure hypercholesterolemia | familial hypercholesterolemia
E78.1 | hypertriglyceridemia | high triglycerides; elevated triglycerides
E78.2 | mixed hyperlipidemia |
E66.9 | obesity | obese
E66.01 | morbid obesity | severe obesity; morbidly obese
E66.3 | overweight |
E03.9 | hypothyroidism | underactive thyroid; low thyroid; hypothyroid; thyroid problem; thyroid medication; thyroid medicine
E05.90 | hyperthyroidism | overactive thyroid; thyrotoxicosis
E05.00 | graves disease | graves' disease
E06.3 | hashimoto thyroiditis | hashimoto's thyroiditis; hashimoto's; autoimmune thyroiditis
E04.1 | thyroid nodule | thyroid nodules; nodular thyroid
E04.9 | goiter | enlarged thyroid; thyromegaly
C73 | thyroid cancer | papillary thyroid cancer; papillary thyroid carcinoma; malignant neoplasm of thyroid
E21.3 | hyperparathyroidism |
E55.9 | vitamin d deficiency | low vitamin d
E53.8 | vitamin b12 deficiency | b12 deficiency; low b12
E27.40 | adrenal insufficiency | addison's disease; addison disease
E24.9 | cushing syndrome | cushing's syndrome
E28.2 | polycystic ovary syndrome | pcos; polycystic ovarian syndrome
E86.0 | dehydration | dehydrated
E87.6 | hypokalemia | low potassium
E87.5 | hyperkalemia | high potassium
E87.1 | hyponatremia | low sodium
E83.52 | hypercalcemia | high calcium
E88.810 | metabolic syndrome |
E46 | malnutrition | protein calorie malnutrition
E84.9 | cystic fibrosis |
M10.9 | gout | gouty arthritis; gout flare
N18.9 | chronic kidney disease | ckd; kidney disease; chronic renal disease; renal insufficiency; chronic renal insufficiency
N18.30 | chronic kidney disease stage 3 | ckd stage 3; stage 3 chronic kidney disease; stage three kidney disease
N18.4 | chronic kidney disease stage 4 | ckd stage 4
N18.6 | end stage renal disease | esrd; kidney failure on dialysis; end-stage renal disease
N17.9 | acute kidney injury | aki; acute renal failure; acute kidney failure
N19 | kidney failure | renal failure
N20.0 | kidney stone | kidney stones; renal calculus; nephrolithiasis; renal stones; renal calculi; renal stone
N20.1 | ureteral stone | ureteral calculus; ureteral stones
N39.0 | urinary tract infection | uti; bladder infection; urine infection
N30.00 | acute cystitis | cystitis
N10 | pyelonephritis | kidney infection; acute pyelonephritis
N13.30 | hydronephrosis |
N40.0 | benign prostatic hyperplasia | bph; enlarged prostate
N40.1 | benign prostatic hyperplasia with lower urinary tract symptoms | bph with luts; bph with urinary obstruction
N41.9 | prostatitis |
C61 | prostate cancer | carcinoma of prostate; malignant neoplasm of prostate
R97.20 | elevated psa | elevated prostate specific antigen
N52.9 | erectile dysfunction | impotence
E29.1 | testicular hypofunction | low testosterone; hypogonadism; male hypogonadism
N32.81 | overactive bladder | oab
R32 | urinary incontinence | incontinence; leaking urine
N39.3 | stress incontinence | stress urinary incontinence
R31.9 | hematuria | blood in urine; blood in the urine
R30.0 | dysuria | painful urination; burning with urination; burning urination
R35.0 | urinary frequency | frequent urination; polyuria
R33.9 | urinary retention |
R80.9 | proteinuria | protein in urine
N80.9 | endometriosis |
N94.6 | dysmenorrhea | painful periods; menstrual cramps
N92.0 | menorrhagia | heavy periods; heavy menstrual bleeding
N92.6 | irregular menstruation | irregular periods
N91.2 | amenorrhea | absent periods
N95.1 | menopausal symptoms | hot flashes; menopause; menopausal
N76.0 | vaginitis | bacterial vaginosis; acute vaginitis
B37.31 | vaginal candidiasis | vaginal yeast infection; yeast infection
D25.9 | uterine fibroids | fibroids; uterine leiomyoma; fibroid
N83.209 | ovarian cyst | ovarian cysts
N60.19 | fibrocystic breast changes | fibrocystic breast; breast cysts; breast cyst
N63.0 | breast lump | breast mass; lump in breast
C50.919 | breast cancer | malignant neoplasm of breast; ductal carcinoma; invasive ductal carcinoma
Z85.3 | history of breast cancer | personal history of breast cancer
Z33.1 | pregnancy | pregnant
N97.9 | female infertility | infertility
O21.0 | hyperemesis gravidarum |
O14.90 | preeclampsia | pre-eclampsia
J45.909 | asthma | reactive airway disease
J45.901 | asthma exacerbation | asthma attack; acute asthma
J45.20 | mild intermittent asthma | intermittent asthma
J45.40 | moderate persistent asthma |
J44.9 | chronic obstructive pulmonary disease | copd; emphysema and bronchitis; obstructive lung disease
J44.1 | copd exacerbation | chronic obstructive pulmonary disease exacerbation; acute exacerbation of copd
J43.9 | emphysema | pulmonary emphysema
J18.9 | pneumonia | lung infection; community acquired pneumonia
J20.9 | acute bronchitis | bronchitis; chest cold
J42 | chronic bronchitis |
J06.9 | upper respiratory infection | uri; common cold; viral upper respiratory infection
J02.9 | acute pharyngitis | pharyngitis; sore throat
J02.0 | streptococcal pharyngitis | strep throat; strep
J03.90 | acute tonsillitis | tonsillitis
J01.90 | acute sinusitis | sinusitis; sinus infection
J32.9 | chronic sinusitis |
J30.9 | allergic rhinitis | seasonal allergies; hay fever; environmental allergies; nasal allergies
J30.2 | seasonal allergic rhinitis |
J34.2 | deviated septum | deviated nasal septum
J10.1 | influenza | flu
U07.1 | covid-19 | covid; coronavirus; covid 19; sars-cov-2
U09.9 | post covid condition | long covid; post covid-19 condition
J96.00 | acute respiratory failure | respiratory failure
J90 | pleural effusion | fluid around the lung
J93.9 | pneumothorax | collapsed lung
J84.10 | pulmonary fibrosis | interstitial lung disease
J98.4 | lung disease |
R91.1 | pulmonary nodule | lung nodule; solitary pulmonary nodule
C34.90 | lung cancer | malignant neoplasm of lung; lung carcinoma
D86.9 | sarcoidosis | sarcoid
G47.33 | obstructive sleep apnea | sleep apnea; osa
G47.00 | insomnia | trouble sleeping; difficulty sleeping; sleeplessness
G25.81 | restless legs syndrome | restless leg syndrome; rls
G47.419 | narcolepsy |
A15.9 | tuberculosis | tb
Z72.0 | tobacco use | smoker; smoking; smokes
F17.210 | nicotine dependence | cigarette dependence; nicotine addiction; tobacco dependence; tobacco use disorder
Z87.891 | history of nicotine dependence | former smoker; history of smoking; ex-smoker; history of tobacco use
F32.A | depression | depressive disorder; depressed
F32.9 | major depressive disorder, single episode | major depressive disorder; major depression; mdd; clinical depression
F33.9 | recurrent major depressive disorder | recurrent depression; major depressive disorder recurrent
F33.1 | recurrent major depressive disorder, moderate | moderate recurrent major depression; moderate recurrent depression
F33.2 | recurrent major depressive disorder, severe | severe recurrent depression
F32.1 | moderate major depressive disorder | moderate depression
F32.2 | severe major depressive disorder | severe depression
F34.1 | dysthymia | persistent depressive disorder
F41.9 | anxiety disorder | anxiety; anxious
F41.1 | generalized anxiety disorder | gad; generalised anxiety; generalized anxiety
F41.0 | panic disorder | panic attacks; panic attack
F40.10 | social anxiety disorder | social phobia; social anxiety
F42.9 | obsessive compulsive disorder | ocd; obsessive-compulsive disorder
F43.10 | post traumatic stress disorder | ptsd; post-traumatic stress disorder; posttraumatic stress disorder
F43.20 | adjustment disorder |
F43.0 | acute stress reaction | acute stress disorder
F31.9 | bipolar disorder | bipolar; manic depression; bipolar affective disorder; manic depressive
F31.81 | bipolar ii disorder | bipolar 2 disorder; bipolar type 2
F20.9 | schizophrenia | paranoid schizophrenia
F25.9 | schizoaffective disorder |
F29 | psychosis | psychotic disorder
F60.3 | borderline personality disorder | bpd
F90.9 | attention deficit hyperactivity disorder | adhd; attention deficit disorder
F84.0 | autism spectrum disorder | autism; autistic disorder
F50.00 | anorexia nervosa | anorexia
F50.20 | bulimia nervosa | bulimia
F10.20 | alcohol dependence | alcoholism; alcohol use disorder severe; alcoholic; alcohol addiction
F10.10 | alcohol abuse | alcohol use disorder; alcohol misuse; problem drinking
F11.20 | opioid dependence | opioid use disorder; opioid addiction; heroin addiction
F12.10 | cannabis abuse | marijuana use disorder; cannabis use disorder
F14.10 | cocaine abuse | cocaine use disorder
F15.10 | stimulant abuse | methamphetamine abuse; amphetamine use disorder
F19.10 | substance abuse | drug abuse; substance use disorder; polysubstance abuse
R45.851 | suicidal ideation | suicidal thoughts; suicidality; thoughts of suicide
R45.850 | homicidal ideation | homicidal thoughts
Z91.51 | history of suicide attempt | personal history of suicide attempt
F03.90 | dementia | memory loss disorder
G30.9 | alzheimer disease | alzheimer's disease; alzheimer's; alzheimers
R41.3 | memory loss | amnesia; forgetfulness
G31.84 | mild cognitive impairment | mci
F05 | delirium |
F44.5 | conversion disorder | psychogenic seizures
F45.1 | somatic symptom disorder |
F51.01 | primary insomnia |
Z63.0 | marital problems | relationship problems
Z60.2 | problems related to living alone |
Z59.00 | homelessness | homeless
Z56.6 | work stress | job stress; stress at work
Z73.3 | stress | stressed
G20.A1 | parkinson disease | parkinson's disease; parkinson's; parkinsons
G35.D | multiple sclerosis | ms
G40.909 | epilepsy | seizure disorder; seizures
R56.9 | seizure | convulsion; convulsions
G43.909 | migraine | migraines; migraine headache; migraine headaches
G43.109 | migraine with aura |
G44.209 | tension headache | tension-type headache; tension headaches
G44.009 | cluster headache | cluster headaches
R51.9 | headache | headaches
G50.0 | trigeminal neuralgia |
G51.0 | bell palsy | bell's palsy; facial palsy
G56.00 | carpal tunnel syndrome | carpal tunnel
G56.20 | cubital tunnel syndrome | ulnar neuropathy
G62.9 | peripheral neuropathy | neuropathy; polyneuropathy; nerve damage
G70.00 | myasthenia gravis |
G12.21 | amyotrophic lateral sclerosis | als; lou gehrig's disease
G61.0 | guillain barre syndrome | guillain-barre
G93.40 | encephalopathy |
G03.9 | meningitis |
G91.9 | hydrocephalus |
G25.0 | essential tremor | benign tremor
R25.1 | tremor | tremors
R42 | dizziness | lightheadedness; giddiness; lightheaded; dizzy
H81.10 | benign paroxysmal positional vertigo | bppv; positional vertigo
H81.09 | meniere disease | meniere's disease
R55 | syncope | fainting; passed out; syncopal episode; loss of consciousness
S06.0X0A | concussion | mild traumatic brain injury
G89.29 | chronic pain | other chronic pain
G89.4 | chronic pain syndrome |
M79.7 | fibromyalgia |
R53.82 | chronic fatigue | chronic fatigue syndrome
R53.83 | fatigue | tiredness; exhaustion; tired; lethargy
R53.1 | weakness | generalized weakness
K21.9 | gastroesophageal reflux disease | gerd; acid reflux; reflux; gastroesophageal reflux
K21.00 | reflux esophagitis | gerd with esophagitis; esophagitis
R12 | heartburn |
K22.70 | barrett esophagus | barrett's esophagus; barretts
K29.70 | gastritis |
K25.9 | gastric ulcer | stomach ulcer; stomach ulcers
K27.9 | peptic ulcer disease | peptic ulcer; ulcers; ulcer disease
K26.9 | duodenal ulcer |
K30 | dyspepsia | indigestion; functional dyspepsia
K31.84 | gastroparesis |
K44.9 | hiatal hernia | hiatus hernia
K40.90 | inguinal hernia | groin hernia
K42.9 | umbilical hernia |
K43.9 | ventral hernia | incisional hernia
K50.90 | crohn disease | crohn's disease; crohn's; crohns
K51.90 | ulcerative colitis | uc
K52.9 | gastroenteritis | stomach flu; colitis; noninfective gastroenteritis
A09 | infectious gastroenteritis | infectious diarrhea
A08.4 | viral gastroenteritis | viral intestinal infection
A04.72 | clostridium difficile colitis | c diff; c. diff; clostridioides difficile; c. difficile
K57.30 | diverticulosis |
K57.32 | diverticulitis | diverticulitis of colon
K58.9 | irritable bowel syndrome | ibs; irritable bowel
K58.0 | irritable bowel syndrome with diarrhea | ibs-d
K59.00 | constipation | constipated
R19.7 | diarrhea | loose stools
K64.9 | hemorrhoids | hemorrhoid; piles
K60.2 | anal fissure |
K62.5 | rectal bleeding | hemorrhage of rectum; bright red blood per rectum
K92.1 | melena | black stools; tarry stools; black tarry stools
K92.2 | gastrointestinal bleeding | gi bleed; gastrointestinal hemorrhage; gi bleeding
K63.5 | colon polyp | colonic polyps; polyps; colon polyps
C18.9 | colon cancer | colorectal cancer; malignant neoplasm of colon
C25.9 | pancreatic cancer |
K90.0 | celiac disease | gluten intolerance; coeliac disease
E73.9 | lactose intolerance |
K80.20 | gallstones | cholelithiasis; gallstone
K81.0 | cholecystitis | acute cholecystitis; gallbladder inflammation
K85.90 | pancreatitis | acute pancreatitis
K86.1 | chronic pancreatitis |
K74.60 | cirrhosis | liver cirrhosis; cirrhosis of liver
K76.0 | fatty liver | hepatic steatosis; nonalcoholic fatty liver disease; nafld; fatty liver disease
K76.0 | fatty change of liver | steatosis of liver; hepatic lipidosis
K75.9 | hepatitis | liver inflammation
B18.1 | chronic hepatitis b | hepatitis b; hep b
B18.2 | chronic hepatitis c | hepatitis c; hep c
B15.9 | hepatitis a |
R17 | jaundice |
R18.8 | ascites |
K35.80 | appendicitis | acute appendicitis
K56.609 | bowel obstruction | intestinal obstruction; small bowel obstruction
R10.9 | abdominal pain | stomach pain; belly pain
R10.13 | epigastric pain |
R10.11 | right upper quadrant pain |
R11.2 | nausea with vomiting | nausea and vomiting
R11.0 | nausea |
R11.10 | vomiting | emesis
R13.10 | dysphagia | difficulty swallowing; trouble swallowing; painful swallowing; odynophagia; pain with swallowing
R14.0 | abdominal bloating | bloating; abdominal distension
R63.4 | weight loss | abnormal weight loss; unintentional weight loss
R63.5 | weight gain | abnormal weight gain
R63.0 | loss of appetite | decreased appetite; poor appetite
D64.9 | anemia | anaemia; low blood count
D50.9 | iron deficiency anemia | iron deficiency
D51.0 | pernicious anemia |
D57.1 | sickle cell disease | sickle cell anemia
D69.6 | thrombocytopenia | low platelets
D72.829 | leukocytosis | elevated white blood cell count
D70.9 | neutropenia |
D68.9 | coagulopathy | bleeding disorder; clotting disorder
D68.51 | factor v leiden |
C91.10 | chronic lymphocytic leukemia | cll
C95.90 | leukemia |
C85.90 | lymphoma | non-hodgkin lymphoma
C81.90 | hodgkin lymphoma | hodgkin's lymphoma; hodgkin's disease
C90.00 | multiple myeloma | myeloma
C43.9 | melanoma | malignant melanoma
C44.91 | basal cell carcinoma | bcc; skin cancer
C44.92 | squamous cell carcinoma of skin | squamous cell carcinoma; squamous cell skin cancer
C64.9 | kidney cancer | renal cell carcinoma
C67.9 | bladder cancer |
C56.9 | ovarian cancer |
C53.9 | cervical cancer |
C54.1 | endometrial cancer | uterine cancer
C16.9 | stomach cancer | gastric cancer
C22.0 | liver cancer | hepatocellular carcinoma
C71.9 | brain tumor | brain cancer; glioblastoma
C80.1 | cancer | malignant neoplasm; malignancy
M19.90 | osteoarthritis | arthritis; degenerative joint disease; degenerative arthritis; djd
M17.9 | knee osteoarthritis | osteoarthritis of the knee; knee arthritis; degenerative changes of the knee
M16.9 | hip osteoarthritis | osteoarthritis of the hip; hip arthritis
M06.9 | rheumatoid arthritis | ra
L40.50 | psoriatic arthritis |
M32.9 | systemic lupus erythematosus | lupus; sle
M45.9 | ankylosing spondylitis |
M35.00 | sjogren syndrome | sjogren's syndrome
M34.9 | scleroderma | systemic sclerosis
M31.6 | giant cell arteritis | temporal arteritis
M35.3 | polymyalgia rheumatica | pmr
M81.0 | osteoporosis |
M85.80 | osteopenia |
M54.50 | low back pain | lower back pain; lumbago; lumbar pain
M54.9 | back pain | backache; dorsalgia
M54.2 | neck pain | cervicalgia
M54.16 | lumbar radiculopathy | radiculopathy; pinched nerve in the back
M54.12 | cervical radiculopathy |
M54.30 | sciatica |
M51.26 | lumbar disc herniation | herniated disc; herniated lumbar disc; bulging disc; disc herniation; slipped disc
M51.360 | lumbar degenerative disc disease | degenerative disc disease; ddd
M48.061 | lumbar spinal stenosis | spinal stenosis
M43.16 | spondylolisthesis | lumbar spondylolisthesis
M47.816 | lumbar spondylosis | spondylosis
M41.9 | scoliosis |
S39.012A | lumbar strain | low back strain; lower back strain; strain of lower back; back strain; muscle strain of lower back
S16.1XXA | neck strain | cervical strain; whiplash
M62.830 | muscle spasm of back | back spasm
M62.838 | muscle spasm | muscle spasms; muscle cramps
M25.50 | joint pain | arthralgia
M25.569 | knee pain |
M25.561 | right knee pain |
M25.562 | left knee pain |
M25.559 | hip pain |
M25.551 | right hip pain |
M25.552 | left hip pain |
M25.519 | shoulder pain |
M25.511 | right shoulder pain |
M25.512 | left shoulder pain |
M25.579 | ankle pain |
M25.571 | right ankle pain |
M25.572 | left ankle pain |
M25.529 | elbow pain |
M25.521 | right elbow pain |
M25.522 | left elbow pain |
M25.539 | wrist pain |
M25.531 | right wrist pain |
M25.532 | left wrist pain |
M79.643 | hand pain | hand pains
M79.673 | foot pain | feet pain
M79.671 | right foot pain |
M79.672 | left foot pain |
M79.606 | leg pain |
M79.604 | right leg pain |
M79.605 | left leg pain |
M79.603 | arm pain |
M79.10 | myalgia | muscle pain; body aches; muscle aches
M75.100 | rotator cuff tear | torn rotator cuff
M75.101 | right rotator cuff tear |
M75.102 | left rotator cuff tear |
M75.80 | rotator cuff tendinopathy | rotator cuff tendinitis; rotator cuff tendonitis; shoulder tendinitis
M75.81 | right rotator cuff tendinopathy | right rotator cuff tendinitis
M75.82 | left rotator cuff tendinopathy | left rotator cuff tendinitis
M75.40 | shoulder impingement | impingement syndrome; shoulder impingement syndrome
M75.50 | shoulder bursitis | subacromial bursitis
M75.00 | frozen shoulder | adhesive capsulitis
M75.20 | bicipital tendinitis | biceps tendinitis
M77.00 | medial epicondylitis | golfer's elbow
M77.01 | right medial epicondylitis |
M77.02 | left medial epicondylitis |
M77.10 | lateral epicondylitis | tennis elbow
M77.11 | right lateral epicondylitis |
M77.12 | left lateral epicondylitis |
M70.60 | trochanteric bursitis | hip bursitis; greater trochanteric pain syndrome
M70.61 | right trochanteric bursitis |
M70.62 | left trochanteric bursitis |
M71.9 | bursitis |
M77.9 | tendinitis | tendonitis; tendinopathy
M76.60 | achilles tendinitis | achilles tendinopathy; achilles tendonitis
M72.2 | plantar fasciitis | heel pain
M22.2X9 | patellofemoral pain syndrome | patellofemoral syndrome; patellofemoral disorder; runner's knee
M22.2X1 | right patellofemoral pain syndrome | patellofemoral disorders right knee
M22.2X2 | left patellofemoral pain syndrome | patellofemoral disorders left knee
M22.40 | chondromalacia patellae | chondromalacia
S83.249A | medial meniscus tear | medial meniscal tear; medial meniscus sprain; medial meniscus injury; torn medial meniscus
S83.289A | lateral meniscus tear | lateral meniscal tear; lateral meniscus sprain; torn lateral meniscus
S83.209A | meniscus tear | meniscal tear; torn meniscus
S83.519A | anterior cruciate ligament tear | acl tear; acl sprain; torn acl
S83.419A | medial collateral ligament sprain | mcl sprain; mcl strain; medial collateral ligament strain
S83.411A | right medial collateral ligament sprain | right mcl sprain
S83.412A | left medial collateral ligament sprain | left mcl sprain
S83.90XA | knee sprain |
S83.91XA | right knee sprain |
S83.92XA | left knee sprain |
S93.409A | ankle sprain | sprained ankle; twisted ankle
S93.401A | right ankle sprain | sprain of right ankle
S93.402A | left ankle sprain | sprain of left ankle
S63.509A | wrist sprain |
S43.409A | shoulder sprain |
S76.019A | hip strain |
S52.509A | distal radius fracture | wrist fracture; broken wrist; fracture of distal radius
S52.501A | right distal radius fracture | fracture of the right distal radius
S52.502A | left distal radius fracture | fracture of the left distal radius
S62.609A | finger fracture | broken finger; fractured finger
S92.309A | metatarsal fracture | broken foot; foot fracture
S82.899A | ankle fracture | broken ankle
S82.209A | tibia fracture | fractured tibia; shin fracture
S72.009A | hip fracture | broken hip; femoral neck fracture
S42.009A | clavicle fracture | broken collarbone
S22.39XA | rib fracture | broken rib
S32.009A | lumbar vertebral fracture | vertebral fracture
M48.50XA | compression fracture | vertebral compression fracture
M84.38XA | stress fracture |
S62.009A | scaphoid fracture | navicular fracture
M65.30 | trigger finger | stenosing tenosynovitis
M65.4 | de quervain tenosynovitis | de quervain's tenosynovitis; de quervain's
M72.0 | dupuytren contracture | dupuytren's contracture; palmar fascial fibromatosis
M67.40 | ganglion cyst | ganglion
M20.10 | hallux valgus | bunion; bunions
M20.20 | hallux rigidus |
M21.40 | flat foot | flat feet
S93.326A | lisfranc injury | lisfranc fracture; tarsometatarsal dislocation
M87.00 | avascular necrosis | osteonecrosis
M86.9 | osteomyelitis | bone infection
M00.9 | septic arthritis | joint infection; infected joint
M79.89 | soft tissue swelling | leg swelling; swelling of limb
R60.0 | edema | localized edema; leg edema; swelling; peripheral edema
R29.6 | falls | recurrent falls; frequent falls
R26.9 | gait abnormality | abnormal gait; difficulty walking
L03.90 | cellulitis | skin infection
L03.115 | cellulitis of right lower limb | right leg cellulitis
L03.116 | cellulitis of left lower limb | left leg cellulitis
L02.91 | abscess | skin abscess; boil
L20.9 | atopic dermatitis | eczema
L30.9 | dermatitis | rash from dermatitis
L23.9 | allergic contact dermatitis | contact dermatitis
L25.9 | unspecified contact dermatitis |
L23.7 | poison ivy | poison ivy dermatitis; poison oak
L40.9 | psoriasis |
L40.0 | plaque psoriasis | psoriasis vulgaris
L50.9 | urticaria | hives
L70.0 | acne vulgaris | acne
L71.9 | rosacea |
L29.9 | pruritus | itching
L21.9 | seborrheic dermatitis | dandruff
L60.0 | ingrown toenail | ingrown nail
L82.1 | seborrheic keratosis |
L57.0 | actinic keratosis |
L72.3 | sebaceous cyst | epidermal cyst
L89.90 | pressure ulcer | bed sore; pressure sore; decubitus ulcer
L97.909 | leg ulcer | skin ulcer
L65.9 | hair loss | alopecia
R21 | rash | skin rash
B02.9 | herpes zoster | shingles
B00.9 | herpes simplex | cold sore; herpes
A60.00 | genital herpes |
B07.9 | viral warts | warts; wart
B35.1 | onychomycosis | nail fungus; toenail fungus
B35.3 | tinea pedis | athlete's foot
B35.4 | ringworm | tinea corporis
B86 | scabies |
B85.0 | head lice |
L81.9 | pigmentation disorder |
W57.XXXA | insect bite | tick bite; bug bite; bitten by tick
A69.20 | lyme disease | lyme
A69.23 | lyme arthritis |
B20 | hiv disease | hiv; aids; human immunodeficiency virus
A53.9 | syphilis |
A54.9 | gonorrhea |
A74.9 | chlamydia | chlamydial infection
B27.90 | mononucleosis | mono; infectious mononucleosis
B37.0 | oral thrush | thrush
B34.9 | viral infection | viral illness; viral syndrome
A41.9 | sepsis |
A49.9 | bacterial infection |
R50.9 | fever | febrile
R07.9 | chest pain |
R07.89 | atypical chest pain | non-cardiac chest pain; noncardiac chest pain; chest discomfort; chest tightness; chest wall pain
R06.02 | shortness of breath | dyspnea; breathlessness; trouble breathing; difficulty breathing
R06.00 | dyspnea on exertion | exertional dyspnea; shortness of breath on exertion
R05.9 | cough | coughing
R05.3 | chronic cough |
R06.2 | wheezing | wheeze
R04.0 | epistaxis | nosebleed; nose bleeds
R09.81 | nasal congestion | stuffy nose; congestion
R00.2 | palpitations | heart racing; heart fluttering
R00.0 | tachycardia | fast heart rate
R00.1 | bradycardia | slow heart rate
R01.1 | heart murmur | cardiac murmur; murmur; systolic murmur
R94.31 | abnormal ekg | abnormal ecg; abnormal electrocardiogram
R03.0 | elevated blood pressure reading |
R20.2 | paresthesia | tingling; numbness and tingling; pins and needles
R20.0 | numbness | anesthesia of skin
R61 | night sweats | hyperhidrosis; excessive sweating
R59.9 | enlarged lymph nodes | lymphadenopathy; swollen lymph nodes
R79.89 | abnormal blood chemistry | abnormal labs
R74.01 | elevated liver enzymes | elevated transaminases; elevated lfts
R76.11 | positive tuberculin test | positive ppd
H10.9 | conjunctivitis | pink eye
H40.9 | glaucoma |
H26.9 | cataract | cataracts
H35.30 | macular degeneration |
H33.20 | retinal detachment |
H04.129 | dry eye | dry eyes
H00.019 | stye | hordeolum
H53.8 | blurred vision | blurry vision
H66.90 | otitis media | ear infection; middle ear infection
H60.90 | otitis externa | swimmer's ear
H61.20 | impacted cerumen | ear wax; earwax; cerumen impaction
H91.90 | hearing loss | trouble hearing
H93.19 | tinnitus | ringing in the ears
H92.09 | ear pain | otalgia; earache
K02.9 | dental caries | cavities; tooth decay
K04.7 | dental abscess | tooth abscess
K08.89 | toothache | tooth pain
K12.0 | canker sore | aphthous ulcer
K11.20 | sialadenitis |
R49.0 | hoarseness | dysphonia; hoarse voice
J38.00 | vocal cord paralysis |
T78.40XA | allergy | allergic reaction; allergies
T78.2XXA | anaphylaxis | anaphylactic shock
Z88.0 | penicillin allergy | allergy to penicillin
Z91.010 | peanut allergy | allergy to peanuts
Z91.013 | shellfish allergy | seafood allergy; allergy to shellfish
T14.8XXA | injury | trauma
S00.93XA | head contusion | head injury
T30.0 | burn | burns
S61.409A | hand laceration | cut on hand
S61.219A | finger laceration | cut finger
S81.819A | leg laceration |
Z00.00 | annual physical examination | annual exam; annual physical; wellness exam; yearly physical; general adult medical examination; annual wellness visit; annual visit; yearly visit; yearly exam; routine visit; routine physical; check-up; checkup; health maintenance; healthcare maintenance; preventative healthcare maintenance; routine health maintenance
Z00.129 | well child visit | well child check; routine child health examination
Z12.11 | colon cancer screening | screening colonoscopy; screening for colon cancer
Z12.31 | screening mammogram | breast cancer screening; screening for breast cancer
Z12.4 | cervical cancer screening | pap smear; screening for cervical cancer
Z23 | immunization | vaccination; flu shot; encounter for immunization
Z01.818 | preoperative evaluation | preoperative clearance; pre-op exam; preoperative examination
Z09 | follow-up examination | follow up after treatment
Z79.4 | long term use of insulin | on insulin
Z79.01 | long term use of anticoagulants | on blood thinners
Z79.899 | long term drug therapy | medication management
Z90.2 | acquired absence of lung | history of lobectomy; history of pneumonectomy; status post lobectomy; lobe of lung removed
Z90.5 | acquired absence of kidney | history of nephrectomy; status post nephrectomy; solitary kidney
Z90.81 | acquired absence of spleen | status post splenectomy; history of splenectomy
Z90.13 | acquired absence of breasts | status post mastectomy; history of mastectomy
E89.0 | postprocedural hypothyroidism | hypothyroidism after thyroidectomy; postsurgical hypothyroidism
J70.0 | radiation pneumonitis | acute radiation pneumonitis; lung injury from radiation
H53.47 | bitemporal hemianopia | bitemporal hemianopsia; heteronymous hemianopia; tunnel vision
H53.469 | homonymous hemianopia | homonymous hemianopsia
Z94.0 | kidney transplant status | kidney transplant; status post kidney transplant; renal transplant; transplanted kidney
Z94.4 | liver transplant status | liver transplant
Z95.1 | presence of coronary bypass graft | status post cabg; history of cabg
Z95.5 | presence of coronary stent | coronary stent; status post stent
Z95.0 | presence of cardiac pacemaker | pacemaker
Z96.651 | presence of right artificial knee joint | right knee replacement; right total knee arthroplasty
Z96.652 | presence of left artificial knee joint | left knee replacement; left total knee arthroplasty
Z96.641 | presence of right artificial hip joint | right hip replacement
Z96.642 | presence of left artificial hip joint | left hip replacement
Z90.49 | acquired absence of digestive organ | status post cholecystectomy
Z90.710 | acquired absence of uterus | status post hysterectomy
Z93.3 | colostomy status | colostomy
Z98.84 | bariatric surgery status | gastric bypass status; status post gastric bypass
Z85.118 | history of lung cancer |
Z85.038 | history of colon cancer |
Z80.3 | family history of breast cancer |
Z80.0 | family history of colon cancer |
Z82.49 | family history of heart disease |
Z71.3 | dietary counseling | nutrition counseling
Z91.148 | medication noncompliance | noncompliance with medication; nonadherence
Z63.4 | bereavement | grief; loss of spouse
Q61.3 | polycystic kidney disease | polycystic kidneys
Q21.10 | atrial septal defect |
Q90.9 | down syndrome |
Q66.89 | clubfoot |
G80.9 | cerebral palsy |
D17.9 | lipoma |
D22.9 | nevus | mole
D18.00 | hemangioma |
D35.2 | pituitary adenoma | pituitary tumor
D32.9 | meningioma |
E83.110 | hemochromatosis | iron overload
E85.9 | amyloidosis |
I88.9 | lymphadenitis |
I89.0 | lymphedema |
I80.9 | phlebitis | thrombophlebitis
I77.6 | vasculitis | arteritis
I72.9 | aneurysm |
I73.00 | raynaud disease | raynaud's; raynaud's phenomenon
L93.0 | discoid lupus |
L10.0 | pemphigus vulgaris | pemphigus
L80 | vitiligo |
L43.9 | lichen planus |
L91.0 | keloid |
L51.9 | erythema multiforme |
M33.20 | polymyositis |
M33.10 | dermatomyositis |
M60.9 | myositis |
M62.82 | rhabdomyolysis |
M88.9 | paget disease of bone | paget's disease
N04.9 | nephrotic syndrome |
N05.9 | glomerulonephritis | nephritis
N43.3 | hydrocele |
N45.1 | epididymitis |
N44.00 | testicular torsion |
N48.6 | peyronie disease | peyronie's disease
N81.10 | cystocele | bladder prolapse
N81.4 | uterine prolapse |
N87.9 | cervical dysplasia |
N73.9 | pelvic inflammatory disease | pid
N61.0 | mastitis |
O00.90 | ectopic pregnancy |
O03.9 | miscarriage | spontaneous abortion
`;
