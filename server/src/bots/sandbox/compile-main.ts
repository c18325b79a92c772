// Program of the short-lived process that compiles a bot's source: reads one JSON from stdin, writes one to stdout.
import { text } from 'node:stream/consumers';
import { executableOf } from './executable-of.ts';

const { source, filename } = JSON.parse(await text(process.stdin)) as { source: string; filename: string };
process.stdout.write(JSON.stringify(executableOf(source, filename)));
