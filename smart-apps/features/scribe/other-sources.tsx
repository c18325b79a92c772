import type { JSX } from 'react';
import type { Sentence } from '../../client/index.ts';
import { Notice } from '../../ui/index.ts';
import classes from './scribe.module.css';

/** What a sentence rests on besides the visit's own words: records of the chart, or the person who wrote it. */
export function OtherSources({ sentence, transcript }: { sentence: Sentence; transcript: string }): JSX.Element | null {
  const records = sentence.support.filter((one) => one.source.split('/_history/')[0] !== transcript);
  if (sentence.origin === 'human') {
    return (
      <Notice kind="info" title="Written by a person.">
        It rests on nothing that was said in the visit.
      </Notice>
    );
  }
  return records.length === 0 ? null : (
    <ul className={classes.records} aria-label="Records of the chart">
      {records.map((one) => (
        <li key={`${one.source}${one.path ?? ''}`}>
          <strong>{one.source.split('/')[0]}</strong>
          {one.path ? ` · ${one.path}` : ''}: <mark className={classes.quote}>{one.quote}</mark>
        </li>
      ))}
    </ul>
  );
}
