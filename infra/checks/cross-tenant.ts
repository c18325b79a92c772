/**
 * Sends probes from each of many clinics at each other one, by all ways that the tests know, and counts what they find.
 *
 *     node infra/checks/cross-tenant.ts --probes 100000
 *
 * @see security.md S51
 */
import { furnish, type House, intact, PROBES, probeAll } from '../../server/src/cross-tenant-testing.ts';
import { startTestServer } from '../../server/src/testing.ts';
import { readCommandLine } from '../scripts/command-line.ts';

const { options } = readCommandLine({
  call: 'node infra/checks/cross-tenant.ts',
  about: 'Sends probes from each of many clinics at each other one, and counts what they find.',
  options: { probes: 100_000 },
});
const wanted = options.probes;

const started = performance.now();
const server = await startTestServer();
const houses: House[] = [await furnish(server, 'Clinic 0')];
const perPair = (houses[0]?.planted.length ?? 0) * Object.keys(PROBES).length;
while (houses.length * (houses.length - 1) * perPair < wanted) {
  houses.push(await furnish(server, `Clinic ${houses.length}`));
}
const { sent, leaks } = await probeAll(houses);
let changed = 0;
for (const house of houses) {
  changed += house.planted.length - (await intact(server, house));
}
await server.close();

const seconds = Math.round((performance.now() - started) / 1000);
console.log(
  `${sent} probes between ${houses.length} clinics in ${seconds} s: ${leaks.length} leaks, ${changed} records changed`,
);
for (const leak of leaks.slice(0, 20)) {
  console.log(leak);
}
process.exit(leaks.length + changed === 0 ? 0 : 1);
