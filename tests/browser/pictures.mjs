// pictures.mjs [WORD...] -- remake doc/pictures/*.png, one of each main page; with words only the
// pages whose name contains one. SHANGLIANG names the program. tools/pictures calls this.
//
// NAME-phone-zh.png, NAME-desktop-en.png and so on; phone pictures show what a phone shows first,
// desktop pictures one screen. A few more show dark, large type and print.

import { mkdirSync } from 'node:fs';
import { Server, closeBrowser, openPage, visit } from './harness.mjs';
import { firstMatter, publicPaths, signIn } from './site.mjs';

const folder = new URL('../../doc/pictures/', import.meta.url).pathname;
const nameOf = (path) => path.split('?')[0].slice(1) || 'home';
const demoMatter = async (page) => {
  await visit(page, '/matters');
  const own = page.locator('main a[href^="/matters/"]').filter({ hasText: /演示|Demo/ }).first();
  return (await own.count()) > 0 ? (await own.getAttribute('href')).split(/[?#]/)[0] : firstMatter(page);
};

// name, path, the role that sees it.
const pictures = [
  ...publicPaths.map((path) => [nameOf(path), path, null]),
  ['matter', 'MATTER', null],
  ['me', '/me', 'resident'],
  ['desk', '/desk', 'clerk'],
  ['inbox', '/inbox', 'handler'],
  ['not-found', '/nowhere', null],
];
const looks = [
  { size: 'phone', lang: 'zh' }, { size: 'phone', lang: 'en' },
  { size: 'desktop', lang: 'zh' }, { size: 'desktop', lang: 'en' },
];
const extras = [
  ['home', '/', null, { size: 'desktop', lang: 'zh', dark: true }, 'dark'],
  ['matter', 'MATTER', null, { size: 'desktop', lang: 'zh', dark: true }, 'dark'],
  ['home', '/', null, { size: 'phone', lang: 'zh', large: true }, 'large'],
  ['raise', '/raise', null, { size: 'phone', lang: 'zh', large: true }, 'large'],
  ['matter', 'MATTER/print', null, { size: 'desktop', lang: 'zh', print: true }, 'print'],
];

const words = process.argv.slice(2);
const wanted = (name) => words.length === 0 || words.some((w) => name.includes(w));

async function take(server, name, path, role, look, suffix) {
  const page = await openPage(server.address, look);
  try {
    if (role) await signIn(page, server, role);
    if (look.large) await visit(page, '/?type=large');
    if (look.print) await page.emulateMedia({ media: 'print' });
    const target = path.startsWith('MATTER') ? path.replace('MATTER', await demoMatter(page)) : path;
    await visit(page, target, name === 'not-found' ? 404 : 200);
    await page.evaluate(() => document.fonts.ready);
    const file = `${name}-${look.size}-${look.lang}${suffix ? `-${suffix}` : ''}.png`;
    await page.screenshot({ path: folder + file, animations: 'disabled', caret: 'hide', scale: 'css' });
    console.log(file);
  } finally {
    await page.context().close();
  }
}

mkdirSync(folder, { recursive: true });
let failed = 0;
const server = await Server.start();
try {
  const all = [
    ...pictures.flatMap(([name, path, role]) => looks.map((look) => [name, path, role, look, ''])),
    ...extras,
  ];
  for (const [name, path, role, look, suffix] of all) {
    if (!wanted(name)) continue;
    await take(server, name, path, role, look, suffix).catch((error) => {
      failed += 1;
      console.log(`not made: ${name} ${look.size} ${look.lang}: ${error.message.split('\n')[0]}`);
    });
  }
} finally {
  await server.stop();
  await closeBrowser();
}
process.exit(failed > 0 ? 1 : 0);
