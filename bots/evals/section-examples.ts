import type { SectionHeader } from '../src/soap/section-of.ts';

/**
 * What is said under headings of which the training data holds a handful: exchanges of our own, as clinicians speak. A line
 * is a turn; `D` stands for the doctor, `P` the patient, `C` another clinician, `F` family.
 */
export const sectionExamples: Readonly<Partial<Record<SectionHeader, readonly string[]>>> = {
  plan: [
    'D: So here is the plan. I want you to keep taking the water pill every morning.\nP: Okay.\nD: Weigh yourself daily and cut down on salt. Come back in two weeks.\nP: I will make the appointment.',
    'D: Please keep your leg up and change the dressing twice a day. You may walk as much as you can bear.\nP: Anything I should not eat?\nD: No, a regular diet is fine. Call the office if you get a fever.\nP: I will.',
    'D: Let us go over what happens next. You will see the physical therapist three times a week.\nP: All right.\nD: And you finish the antibiotic, five more days. Any questions?\nP: No.',
    'D: We will repeat the blood work in a month, and I have put in a referral to the kidney doctor.\nP: Sounds good.\nD: Follow up with me after you have seen her.',
    'D: No heavy lifting for six weeks, and no driving while you take the pain pills.\nP: Understood.\nD: The nurse will call you tomorrow to see how you are doing.',
    'D: Continue all your home medications. Drink plenty of fluids.\nP: When do I come back?\nD: In three months, sooner if anything changes.',
    'D: I would like home health to come out and check on you, and the social worker will arrange transport.\nP: Thank you, doctor.\nD: Activity as you can tolerate it, and a soft diet for now.',
  ],
  edcourse: [
    'D: Nurse, please give her four milligrams of Zofran and start a liter of saline.\nP: Will it help?\nD: It should. How do you feel now?\nP: Much better, thanks.',
    'D: When you came into the emergency room your heart was racing, so we gave you a medicine through the I V.\nP: I feel calmer now.\nD: Good, your pulse has come down nicely.',
    'C: What was done for him in the E R?\nD: He got two breathing treatments and a dose of steroids, and he was watched for three hours.\nC: Did he get better?\nD: Yes, he improved and never needed oxygen.',
    'D: I am going to numb the area and put in some stitches.\nP: Okay, ow.\nD: All done. Six stitches, and you did fine. We will give you a tetanus shot as well.',
    'D: We took an X-ray here and checked your blood. Everything came back fine, and the pain is gone after the shot of Toradol.\nP: That shot really worked.\nD: You can rest here for another hour.',
    'D: I talked to the heart doctor on call, and he came down and saw you here.\nP: Yes, he did.\nD: He agrees that you should stay the night so that we can watch you.',
    'D: They looked at you in the urgent care and sent you over. We have given you fluids since.\nP: I am feeling a little stronger.',
  ],
  imaging: [
    'D: I have the report of your chest X-ray. It shows no pneumonia.\nP: That is a relief.\nD: The heart is a little bit enlarged.',
    'D: Your E K G shows a normal rhythm with no changes.\nP: So my heart is fine?\nD: Yes, from what I see on the tracing.',
    'D: The M R I of your lower back shows a bulging disc at L four L five.\nP: Is that bad?\nD: It presses on the nerve a bit.',
    'D: The C T scan of your head came back normal. No bleeding.\nP: Good.',
    'D: Let us look at the ultrasound. There are several stones in your gallbladder, and the wall is not thickened.\nP: Okay.',
    'D: The echocardiogram shows that your heart pumps at fifty five percent.\nP: What does that mean?\nD: It is normal.',
  ],
  labs: [
    'D: Your lab results are back. The white count is eleven, hemoglobin twelve, and platelets are normal.\nP: Is that okay?\nD: Yes. Your potassium is a bit low at three point two.',
    'D: The blood test shows a creatinine of one point four and a B U N of thirty.\nP: So my kidneys?\nD: They are working a little less than before.',
    'D: I looked at your urine test. There are bacteria and white cells in it.\nP: So an infection.\nD: And your blood sugar was one hundred and eighty.',
    'D: Your cholesterol is two hundred and ten, triglycerides one hundred fifty, and your T S H is normal.\nP: Good.',
    'D: Everything in your labs is within normal limits, except for the sodium.\nP: What was it?\nD: One hundred and thirty one.',
  ],
  disposition: [
    'D: You are ready to be discharged today.\nP: Finally. My wife will pick me up.\nD: You leave in stable condition.',
    'D: We are going to admit you to the hospital, to the floor upstairs.\nP: For how long?\nD: A night or two.',
    'D: He is being transferred to the rehab facility this afternoon.\nC: How is he?\nD: He is stable.',
    'D: You may go home now. Is there somebody who can stay with you?\nP: My sister will be at the house.\nD: Good.',
    'D: She was taken to the recovery room in good condition.\nC: Great.',
    'D: He will go back to the nursing home tomorrow.\nF: Will they take care of him?\nD: Yes, they know about everything.',
    'D: You can return to work on Monday. I am letting you go home.\nP: Thank you.',
  ],
  diagnosis: [
    'C: What is the diagnosis?\nD: Acute appendicitis.\nC: Anything else?\nD: Diabetes type two, and high blood pressure.',
    'D: The tests confirm that you have pneumonia in the left lung.\nP: Oh no.\nD: And you also have asthma.',
    'C: What do we put down for her?\nD: Congestive heart failure, chronic kidney disease and anemia.\nC: Got it.',
    'D: What you have is called plantar fasciitis.\nP: What is that?\nD: An inflammation at the bottom of the foot.',
    'D: So your final diagnosis is a broken wrist, and a mild concussion.\nP: I see.',
    'C: What was he admitted for?\nD: He has cirrhosis with ascites, and depression.',
  ],
  gynhx: [
    'D: When was your last menstrual period?\nP: About three weeks ago.\nD: Are they regular?\nP: Yes, every twenty eight days.',
    'D: How many times have you been pregnant?\nP: Three times. Two children and one miscarriage.\nD: Were the deliveries normal?\nP: Yes, vaginal.',
    'D: When did you have your last Pap smear?\nP: Last year, it was normal.\nD: And your mammogram?\nP: That was normal as well.',
    'D: Have you gone through menopause?\nP: Yes, at fifty one.\nD: Do you take any hormones?\nP: No. I still have my uterus and ovaries.',
    'D: Do you use birth control?\nP: I am on the pill.\nD: Any sexually transmitted infections?\nP: No, never.\nD: At what age did your periods start?\nP: Thirteen.',
  ],
  procedures: [
    'D: So yesterday we did the colonoscopy and took two biopsies.\nP: Okay.\nD: There were no problems.',
    'D: We put a stent into the artery of your heart.\nP: And it went well?\nD: Yes, it is open now.',
    'C: What procedures did she have while she was here?\nD: A left knee replacement, and a blood transfusion.\nC: Thanks.',
    'D: I have placed the catheter and the drain today.\nP: Fine.',
    'C: What was done?\nD: We did an upper endoscopy, and an angiogram.\nC: All right.',
    'D: We are done with the pacemaker. It is in the left side of your chest.\nP: That was quick.',
  ],
  other_history: [
    'C: Did you look through his chart?\nD: Yes, past, family and social history were reviewed and nothing has changed.\nC: Okay.',
    'D: I have gone over the history that you gave last time. Anything to add?\nP: No, it is all the same.',
    'D: We were not able to get any history from her.\nC: She is intubated, right?\nD: Yes.',
  ],
  immunizations: [
    'D: Are all your shots up to date?\nP: Yes, they are.\nD: Did you get the flu shot this year?\nP: In October.',
    'D: Has your son had all his vaccines?\nF: Yes, everything that is due at his age.',
    'D: When did you have your last tetanus shot?\nP: Two years ago.\nD: And the pneumonia vaccine?\nP: I got it here.',
    'D: Is she current with her immunizations?\nF: She missed the last one.\nD: We can give it today.',
  ],
  assessment: [
    'D: It seems that your blood pressure is well controlled now.\nP: Good to hear.\nD: The diabetes is not where I want it, so let us raise the dose of the metformin.',
    'D: I think that this is a sinus infection. I am going to give you an antibiotic.\nP: Okay.',
    'D: Your depression has got better with the new medicine, and your back pain comes from the arthritis.\nP: So what do we do?\nD: We keep the medicine as it is.',
    'D: From what I see you probably have a strained muscle. It could also be the disc.\nP: Do I need a scan?\nD: Not for now.',
    'D: You came in with shortness of breath, and it is due to your heart failure. Your kidneys are stable.\nP: And the swelling?\nD: That comes from the heart as well, so we add a water pill.',
    'D: The wound heals well and I see no sign of infection.\nP: Great.\nD: I am pleased with your progress. Your seizures are under control.',
    'D: I am concerned that the pain in your chest comes from your heart, as you smoke and have high cholesterol.\nP: What now?\nD: I want you to see the cardiologist.',
  ],
  exam: [
    'D: Let me listen to your lungs. Take a deep breath. They are clear.\nP: Good.\nD: Your belly is soft, and it is not tender here?\nP: No.',
    'D: Your temperature is ninety eight point six, pulse eighty, and your blood pressure one twenty over eighty.\nP: Is that normal?\nD: Yes. Your heart sounds regular.',
    'C: How does he look?\nD: He is alert and oriented, in no distress. Pupils are equal, neck is supple.\nC: Extremities?\nD: No swelling.',
    'D: Follow my finger with your eyes. Push against my hands. Good strength on both sides.\nP: It hurts a little there.\nD: Your reflexes are normal.',
  ],
  ros: [
    'D: I went over all other systems, and they are negative.\nP: Yes.',
    'D: Apart from what we have talked about, anything else in your body that bothers you?\nP: No, nothing.\nD: So the rest of the review is negative.',
    'D: Any fever or chills?\nP: No.\nD: Any chest pain, or trouble breathing?\nP: No.\nD: Nausea, vomiting, diarrhea?\nP: None of those.\nD: Any rashes or joint pain?\nP: No.',
    'D: When did the cough begin?\nP: Three days ago.\nD: Do you have a headache, sore throat or runny nose?\nP: A sore throat.\nD: How about your stomach? Any trouble with your bladder?\nP: No.\nD: Any numbness or weakness?\nP: No.',
  ],
  allergy: [
    'D: Is there any medicine that you do not tolerate?\nP: Codeine makes me throw up.',
    'D: Any drug reactions in the past?\nP: No, none.',
    'D: Do you have hay fever or hives?\nP: Yes, every spring.\nD: And are you allergic to latex, or any food?\nP: Peanuts.',
  ],
  medications: [
    'D: Are you still on the Zoloft?\nP: Yes, fifty milligrams.\nD: How long have you been taking it?\nP: Half a year.',
    'D: What did the other doctor give you for it?\nP: A cream, hydrocortisone.\nD: And do you take anything by mouth?\nP: No.',
    'D: Do you take anything on a regular basis?\nP: Only vitamins.',
  ],
};
