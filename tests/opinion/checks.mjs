// checks -- what the tests of the command count and print: check('a sentence', () => { ... }) goes on when it fails.

let passed = 0;
let failed = 0;

export function check(name, run) {
  try {
    run();
    passed += 1;
    console.log(`ok     ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`not ok ${name}\n    ${error.message.split('\n').slice(0, 12).join('\n    ')}`);
  }
}

export function finish(skipped = 0) {
  console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
  process.exit(failed > 0 ? 1 : 0);
}
