/** A line of a transcript in plain text: who begins to speak there, if anybody does, and where the words stand in the text. */
export interface SpokenLine {
  /** As written; undefined when the line goes on with the turn before. */
  readonly speaker?: string;
  /** Of the words, as UTF-16 offsets, half-open. */
  readonly start: number;
  readonly end: number;
  /** Seconds from the start of the sound, where the line says so. */
  readonly at?: number;
}

const CLOCK = String.raw`(?:(\d{1,2}):)?(\d{1,2}):(\d{2}(?:[.,]\d{1,3})?)`;
const TIMED = new RegExp(String.raw`^\s*(?:\[${CLOCK}\]|\(${CLOCK}\)|${CLOCK}(?= +[[(A-Z]))[ \t:–-]*`);
/** A cue of WebVTT or SubRip: its number, its time. */
const CUE = new RegExp(String.raw`^\s*${CLOCK}\s*-->`);
const CUE_NOISE = /^\s*(?:\d+|WEBVTT.*|NOTE\b.*)?\s*$/;
const VOICE = /^\s*<v ([^>\n]{1,40})>\s*/;
const BRACKETED = /^[ \t]*\[([^\]\n]{1,40})\][ \t]*:?[ \t]*/;
const COLON = /^[ \t]*(?:\*\*)?([\p{L}][\p{L}\p{N} .,'’()&/_-]{0,39}?)(?:\*\*)?[ \t]*:(?:\*\*)?(?=\s|$)[ \t]*/u;
const DASHED = /^[ \t]*([\p{L}][\p{L}\p{N} .,'’()]{0,39}?)[ \t]+[–—-][ \t]+/u;
/** "Speaker 1  0:03" on a line of its own. */
const ABOVE = new RegExp(String.raw`^[ \t]*([\p{L}][\p{L}\p{N} .'’-]{0,39}?)[ \t]+\(?${CLOCK}\)?[ \t]*$`, 'u');

const ROLE =
  /^(?:doctor|dr|patient|pt|clinician|provider|physician|nurse|nurse practitioner|therapist|counsell?or|psychologist|psychiatrist|gp|md|client|interviewer|interpreter|midwife|mother|mom|mum|father|dad|parent|daughter|son|wife|husband|caregiver|guest[_ a-z]*|speaker ?[a-z\d]+|(?:dr|mr|mrs|ms|miss|prof)\b.*)$/i;
/** Headings of notes: a dictation may repeat them, and they speak to nobody. */
const HEADING =
  /^(?:chief complaint|cc|hpi|history.*|subjective|objective|assessment.*|plan|impression|diagnos[ei]s|exam.*|physical.*|vitals?.*|meds?|medications?.*|current.*|allerg.*|pmh|psh|past.*|family.*|social.*|ros|review.*|labs?|results?|imaging|follow.?up|note|problem.*|recommendations?|procedure.*|time|date|bp|hr|heent|lungs|heart|cv|abd|skin|neuro|general|data|behavior|intervention|response)$/i;

interface Line {
  readonly text: string;
  readonly start: number;
}

function linesOf(text: string): Line[] {
  return Array.from(text.matchAll(/[^\r\n]+/g), (match) => ({ text: match[0], start: match.index }));
}

function secondsOf(groups: readonly (string | undefined)[]): number | undefined {
  const seconds = groups[2]?.replace(',', '.');
  return seconds === undefined
    ? undefined
    : Number(groups[0] ?? 0) * 3600 + Number(groups[1] ?? 0) * 60 + Number(seconds);
}

const firstClock = (match: RegExpExecArray | null): number | undefined =>
  [1, 4, 7].map((from) => secondsOf(match?.slice(from, from + 3) ?? [])).find((each) => each !== undefined);

const keyOf = (label: string): string => label.trim().toLowerCase();

/** Labels that the text uses as such: roles, and names that begin a line more than once. */
function labelsOf(heads: readonly (string | undefined)[]): ReadonlySet<string> {
  const counts = new Map<string, number>();
  for (const head of heads) {
    if (head !== undefined && !HEADING.test(head.trim())) {
      counts.set(keyOf(head), (counts.get(keyOf(head)) ?? 0) + 1);
    }
  }
  return new Set([...counts].flatMap(([key, count]) => (count > 1 || ROLE.test(key) ? [key] : [])));
}

/**
 * Reads a transcript as people paste it: `[doctor] …`, `Doctor: …`, `Sarah Chen, MD: …`, `Walter - …`, with or without a
 * time before it, a name above the words, WebVTT and SubRip. Without any label a line that follows a full stop begins anew.
 */
export function spokenLines(text: string): SpokenLine[] {
  const lines = linesOf(text);
  const isCued = lines.some((line) => CUE.test(line.text));
  const heads = lines.map((line) => headOf(line, isCued));
  const colons = labelsOf(heads.map((head) => (head.kind === 'colon' ? head.label : undefined)));
  const dashes = labelsOf(heads.map((head) => (head.kind === 'dash' ? head.label : undefined)));
  let due: number | undefined;
  let above: string | undefined;
  const found = heads.flatMap((head): SpokenLine[] => {
    if (head.kind === 'cue') {
      due = head.at;
      return [];
    }
    if (head.kind === 'noise') {
      return [];
    }
    if (head.kind === 'above') {
      [above, due] = [head.label, head.at];
      return [];
    }
    const isLabel =
      head.kind === 'sure' ||
      (head.kind === 'colon' && colons.has(keyOf(head.label ?? ''))) ||
      (head.kind === 'dash' && dashes.has(keyOf(head.label ?? '')));
    const speaker = isLabel ? head.label?.trim() : above;
    const at = head.at ?? due;
    [above, due] = [undefined, undefined];
    return [
      {
        start: isLabel ? head.words : head.begins,
        end: head.end,
        ...(speaker !== undefined && { speaker }),
        ...(at !== undefined && { at }),
      },
    ];
  });
  return found;
}

/** So near to the longest line a line was broken, and did not end. */
const NEAR_LONGEST = 0.7;
const FEWEST_LINES = 3;
/** Nobody breaks lines at less than this. */
const NARROWEST = 50;

/** Is each line of a text without any full stop a turn of its own? It is, unless the lines were broken at one width. */
export function areTurns(text: string, lines: readonly SpokenLine[]): boolean {
  if (lines.some(({ end }) => /[.?!]/.test(text.charAt(end - 1)))) {
    return false;
  }
  const lengths = lines.slice(0, -1).map(({ start, end }) => end - start);
  const longest = Math.max(0, ...lengths);
  const full = lengths.filter((length) => length >= longest * NEAR_LONGEST).length;
  return lines.length >= FEWEST_LINES && (longest < NARROWEST || full <= lengths.length / 2);
}

interface Head {
  readonly kind: 'sure' | 'colon' | 'dash' | 'above' | 'cue' | 'noise' | 'plain';
  readonly label?: string;
  /** Where the line begins after its time, and where the words begin after a label. */
  readonly begins: number;
  readonly words: number;
  readonly end: number;
  readonly at?: number;
}

function headOf({ text, start }: Line, isCued: boolean): Head {
  const end = start + text.trimEnd().length;
  const cue = CUE.exec(text);
  if (cue) {
    return { kind: 'cue', begins: end, words: end, end, at: secondsOf(cue.slice(1, 4)) };
  }
  if (text.trim() === '' || (isCued && CUE_NOISE.test(text))) {
    return { kind: 'noise', begins: end, words: end, end };
  }
  const above = ABOVE.exec(text);
  if (above) {
    return { kind: 'above', label: above[1] ?? '', begins: end, words: end, end, at: secondsOf(above.slice(2, 5)) };
  }
  const timed = TIMED.exec(text);
  const offset = timed?.[0].length ?? 0;
  const rest = text.slice(offset);
  const at = firstClock(timed);
  const sure = VOICE.exec(rest) ?? BRACKETED.exec(rest);
  const colon = COLON.exec(rest);
  const match = sure ?? colon ?? DASHED.exec(rest);
  return {
    kind: sure ? 'sure' : colon ? 'colon' : match ? 'dash' : 'plain',
    ...(match && { label: match[1] ?? '' }),
    begins: start + offset,
    words: Math.min(end, start + offset + (match?.[0].length ?? 0)),
    end,
    ...(at !== undefined && { at }),
  };
}
