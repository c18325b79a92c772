import { Tooltip } from '@mantine/core';
import { IconAlertTriangle, IconPencil, IconUser } from '@tabler/icons-react';
import type { JSX, ReactNode } from 'react';
import type { Section, Sentence } from '../../client/index.ts';
import classes from './draft-review.module.css';

const ORIGIN = {
  ai: undefined,
  edited: { icon: IconPencil, words: 'Edited within its evidence' },
  human: { icon: IconUser, words: 'Written by a person' },
} as const;

function OriginMark({ origin }: { origin: Sentence['origin'] }): JSX.Element | null {
  const look = ORIGIN[origin];
  return look ? (
    <Tooltip label={look.words}>
      <span className={classes.origin}>
        <look.icon size={14} aria-hidden />
        <span className="mb-hidden">{look.words}</span>
      </span>
    </Tooltip>
  ) : null;
}

/** The sections of a note, one sentence a line; each sentence can be selected, and shows then what carries it. */
export function NoteSections(props: {
  sections: readonly Section[];
  selected?: string;
  /** Sentences that something was found about. */
  flagged: ReadonlySet<string>;
  onSelect: (sentence: string | undefined) => void;
  /** What can be done with the selected sentence. */
  actions?: (sentence: Sentence) => ReactNode;
  /** What stands at the end of a section. */
  footer?: (section: Section) => ReactNode;
}): JSX.Element {
  return (
    <>
      {props.sections.map((section) => (
        <section key={section.code} className={classes.section} aria-label={section.title}>
          <h3>{section.title}</h3>
          {section.sentences.length === 0 ? <p className={classes.nothing}>Not documented in this visit</p> : null}
          <ul className={classes.sentences}>
            {section.sentences.map((sentence) => (
              <li key={sentence.id}>
                <button
                  type="button"
                  className={classes.sentence}
                  aria-pressed={props.selected === sentence.id}
                  data-verdict={sentence.verdict}
                  data-sentence={sentence.id}
                  onClick={() => props.onSelect(props.selected === sentence.id ? undefined : sentence.id)}
                >
                  <span>{sentence.text}</span>
                  {props.flagged.has(sentence.id) ? (
                    <span className={classes.flag}>
                      <IconAlertTriangle size={15} aria-hidden />
                      <span className="mb-hidden">Something was found about this sentence</span>
                    </span>
                  ) : null}
                  <OriginMark origin={sentence.origin} />
                </button>
                {props.selected === sentence.id ? props.actions?.(sentence) : null}
              </li>
            ))}
          </ul>
          {props.footer?.(section)}
        </section>
      ))}
    </>
  );
}
