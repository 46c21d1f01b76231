// run -- whole-server fault tests: real servers that are killed, run out of disk, lose their
// database, are cut off in the middle of a form, told to stop, started twice.
//
//     SHANGLIANG=PROGRAM tests/pg -- node tests/faults/run.mjs [WORD]
//
// Runs the cases whose sentence contains WORD. Prints a line for each and closes with "N passed, N
// failed"; exit 0 when nothing failed.

import { endAll } from './world.mjs';
import { cases } from './cases.mjs';
import './kill.mjs';
import './disk.mjs';
import './away.mjs';
import './stop.mjs';
import './upload.mjs';
import './twice.mjs';

const word = process.argv[2] ?? '';
const LONGEST_MS = 55_000; // of one case
let passed = 0, failed = 0, skipped = 0;

process.on('exit', endAll);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(1));

async function tell({ sentence, run }) {
  const begun = Date.now();
  const time = () => `${((Date.now() - begun) / 1000).toFixed(1)} s`;
  try {
    const late = new Promise((resolve, reject) => {
      setTimeout(() => reject(new Error('it never ends')), LONGEST_MS);
    });
    const said = await Promise.race([run(), late]);
    if (said?.skipped) {
      skipped++;
      console.log(`skipped ${sentence}: ${said.skipped}`);
    } else {
      passed++;
      console.log(`ok     ${sentence} (${time()}${said ? `; ${said}` : ''})`);
    }
  } catch (error) {
    failed++;
    console.log(`not ok ${sentence} (${time()})\n${String(error.stack).replaceAll(/^/gm, '    ')}`);
  }
}

const wanted = cases.filter((c) => c.sentence.includes(word));
const beside = wanted.filter((c) => c.isSlow).map(tell);
for (const one of wanted.filter((c) => !c.isSlow)) await tell(one);
await Promise.all(beside);
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exit(failed > 0 ? 1 : 0);
