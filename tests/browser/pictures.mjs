// pictures.mjs [WORD...] -- remake doc/pictures/*.png, one of each main page; with words only the
// pages whose name contains one. SHANGLIANG names the program. tools/pictures calls this.
//
// NAME-phone-zh.png, NAME-desktop-en.png and so on: what the window shows first, no more. A few
// others show forms unfolded, dark, large type and print. The demonstration begins anew each time,
// so pictures of the same program differ in their numbers and dates alone.

import { mkdirSync } from 'node:fs';
import { Server, closeBrowser, openPage, press, visit } from './harness.mjs';
import { fillRaise, formTo, mattersByState, publicPaths, raise, say, signIn, tryToSignIn } from './site.mjs';

const folder = new URL('../../doc/pictures/', import.meta.url).pathname;
const nameOf = (path) => (path.includes('?') ? `${path.split('?')[0].slice(1)}-found` : path.slice(1).replaceAll('/', '-') || 'home');

const example = {
  zh: {
    title: '学校门口的斑马线没有路灯',
    body: '冬天放学时天已经黑了。',
    points: ['两侧各装一盏路灯'],
  },
  en: {
    title: 'The crossing at the school has no lamp', body: 'It is dark when school is over in winter.',
    points: ['Set up a lamp on both sides'],
  },
};

// How to come to a page, where its address alone is not enough.
const handled = async (page) => {
  const states = await mattersByState(page);
  return states.get(page.lang === 'zh' ? '办理中' : 'In hand');
};
const ways = {
  matter: async (page) => visit(page, await handled(page)),
  acts: async (page) => {
    await visit(page, await handled(page));
    await page.locator('.act').last().locator('summary').click();
    await page.locator('.acts').scrollIntoViewIfNeeded();
    await page.locator('.acts').evaluate((e) => e.scrollIntoView());
  },
  print: async (page) => {
    await page.emulateMedia({ media: 'print' });
    await visit(page, `${await handled(page)}/print`);
  },
  'raise-check': async (page) => {
    await fillRaise(page, example[page.lang]);
    await press(page, (await formTo(page, '/raise')).getByRole('button', { name: say(page, 'next') }).last());
  },
  done: async (page) => { await raise(page, example[page.lang]); },
  locked: async (page, server) => {
    for (let i = 0; i < 12 && await page.locator('.lock').count() === 0; i += 1) {
      await tryToSignIn(page, server.person('editor').login, 'wrong');
    }
  },
  'not-found': (page) => visit(page, '/nowhere', 404),
};

// Name, address or way, the role that sees it.
const pictures = [
  ...publicPaths.map((path) => [nameOf(path), path, null]),
  ['matter', null, null],
  ['raise-check', null, null],
  ['done', null, null],
  ['me', '/me', 'resident'],
  ['desk', '/desk', 'clerk'],
  ['inbox', '/inbox', 'handler'],
  ['acts', null, 'handler'],
  ['not-found', null, null],
];
const looks = ['phone', 'desktop'].flatMap((size) => ['zh', 'en'].map((lang) => ({ size, lang })));
// Of these one picture on a phone and one on a desktop say enough.
const minor = new Set(['search', 'procedures', 'paper', 'security', 'accessibility', 'raise-check', 'not-found']);
const extras = [
  ['home', '/', null, { size: 'desktop', lang: 'zh', dark: true }, 'dark'],
  ['matter', null, null, { size: 'phone', lang: 'zh', dark: true }, 'dark'],
  ['desk', '/desk', 'clerk', { size: 'desktop', lang: 'zh', dark: true }, 'dark'],
  ['home', '/', null, { size: 'phone', lang: 'zh', large: true }, 'large'],
  ['raise', '/raise', null, { size: 'phone', lang: 'zh', large: true }, 'large'],
  ['locked', null, null, { size: 'phone', lang: 'zh' }, ''],
  ['acts', null, 'assigner', { size: 'desktop', lang: 'zh' }, 'assigner'],
  ['key-in', '/desk/key-in', 'clerk', { size: 'desktop', lang: 'zh' }, ''],
  ['print', null, null, { size: 'desktop', lang: 'zh' }, ''],
];

const words = process.argv.slice(2);
const wanted = (name) => words.length === 0 || words.some((w) => name.includes(w));

async function take(server, name, path, role, look, suffix) {
  const page = await openPage(server.address, { ...look, scale: 1 });
  try {
    if (role) await signIn(page, server, role);
    if (look.large) await visit(page, '/?large=1');
    if (path) await visit(page, path);
    else await ways[name](page, server);
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
    ...pictures.flatMap(([name, path, role]) => (minor.has(name) ? [looks[0], looks[3]] : looks)
      .map((look) => [name, path, role, look, ''])),
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
