/** One turn of a recorded visit: who speaks, and the words as speech recognition writes them. */
export interface SpokenTurn {
  readonly speaker: 'doctor' | 'patient';
  readonly text: string;
}

/** Reads `D:` and `P:` lines as turns. */
function spoken(script: string): SpokenTurn[] {
  return script
    .trim()
    .split('\n')
    .map((line) => ({ speaker: line.startsWith('D:') ? 'doctor' : 'patient', text: line.slice(2).trim() }));
}

/** A follow-up for depression: what was said is enough for a draft and its codes. */
export const depressionVisit = spoken(`
D: good morning , it's good to see you again . how have you been since the last visit ?
P: honestly i have been feeling pretty down . i have no energy and i am not sleeping well , maybe four hours a night .
D: okay . and how long has the sleep been this bad ?
P: it started about three weeks ago , when my hours at work were cut .
D: any thoughts of hurting yourself or of suicide ?
P: no , nothing like that .
D: any change in your appetite ?
P: yeah , my appetite is down , i think i lost a few pounds .
D: do you have any chest pain or palpitations ?
P: no .
D: are you still taking the sertraline ?
P: yes , fifty milligrams every morning . i do not miss any .
D: any nausea or headaches with it ?
P: no , none .
D: let's take a look at your vital signs . your blood pressure today is one twenty eight over seventy six and your heart rate is seventy two .
D: on your exam your heart is regular with no murmurs , your lungs are clear bilaterally , and you have no tremor .
D: so my assessment and plan . for your major depressive disorder , it is recurrent and moderate right now . i want to increase the sertraline to one hundred milligrams daily .
D: for your insomnia , i want you to work on sleep hygiene , and i will start trazodone fifty milligrams at night .
D: i want you to see your therapist every week , and let's follow up in four weeks .
P: that sounds good , thank you doctor .
`);

/** A first visit for anxiety, with something that must not be overlooked. */
export const anxietyVisit = spoken(`
D: hello , i'm glad you came in . what brings you in today ?
P: i have these panic attacks , they come out of nowhere . my heart is racing and i feel short of breath .
D: how often does that happen ?
P: about three times a week for the last two months .
D: any caffeine or alcohol ?
P: i drink a lot of coffee . i do not drink alcohol .
D: are you sleeping ?
P: not really , i have nightmares and i worry all night .
D: have you had any thoughts of hurting yourself ?
P: yes , some nights i think it would be better if i was dead , and i have been thinking about killing myself .
D: thank you for telling me . do you have a plan ?
P: no , no plan , and i would call my sister .
D: do you take any medications ?
P: just ibuprofen for my back pain .
D: on your exam today you are anxious , your heart is regular with no murmurs , and your blood pressure is one thirty four over eighty two .
D: so my assessment and plan . for your panic disorder , i will prescribe escitalopram ten milligrams daily .
D: for the suicidal ideation , we completed a written safety plan today , and i want you to call the crisis line if the thoughts get stronger .
D: i will order a thyroid panel , and let's follow up in one week .
P: okay , i will do that . thank you .
`);
