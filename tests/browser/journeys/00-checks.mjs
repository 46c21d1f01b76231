// Before anything else: the checks themselves notice what they are there for, on pages of our own.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { axe, expectNoText, expectText, journey, largeTargets, noHorizontalScroll, noTrouble, press, validHtml,
  visit } from '../harness.mjs';

const page = (body, head = '') => `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>A page</title>${head}</head><body><main>${body}</main></body></html>`;

const pages = {
  '/good': page('<h1>Right</h1><form method="post" action="/send"><button type="submit">Send it</button></form>',
    '<link rel="stylesheet" href="/style.css">'),
  '/grey': page('<h1>Grey</h1><p class="grey">hard to read</p><input type="text">',
    '<style>.grey { color: #bbb; background: #fff }</style>'),
  '/wide': page('<h1>Wide</h1><div class="wide">x</div>', '<style>.wide { width: 900px }</style>'),
  '/small': page('<h1>Small</h1><button type="button">x</button>', '<style>button { height: 20px }</style>'),
  '/wrong': page('<h1>Wrong</h1><p><div>no</div></p><img src="data:,">'),
  '/error': page('<h1>Error</h1><script>throw new Error("broken")</script>'),
  '/away': page('<h1>Away</h1><img alt="" src="http://127.0.0.1:9/x.png">'),
  '/scripts': page('<h1>Scripts</h1><p id="p">off</p><script>p.textContent = "on"</script>'),
};

function serve() {
  const server = createServer((request, response) => {
    if (request.url === '/style.css') {
      response.setHeader('content-type', 'text/css');
      response.end('button { min-height: 48px }');
    } else if (request.method === 'POST') {
      response.writeHead(303, { location: '/good' }).end();
    } else {
      const text = pages[request.url];
      response.writeHead(text ? 200 : 404, { 'content-type': 'text/html; charset=utf-8' });
      response.end(text ?? page('<h1>Not here</h1>'));
    }
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve({ server, address: `http://127.0.0.1:${server.address().port}` }));
  });
}

journey('the checks notice faults', async (t) => {
  const { server, address } = await serve();
  try {
    for (const size of ['phone', 'desktop']) {
      const p = await t.page(address, { size });
      await visit(p, '/good');
      await axe(p);
      await noHorizontalScroll(p);
      await largeTargets(p);
      await validHtml(pages['/good'], '/good');
      assert.equal(await press(p, p.getByRole('button', { name: 'Send it' })), 200);
      noTrouble(p);
      await visit(p, '/elsewhere', 404);
      await assert.rejects(visit(p, '/elsewhere'));
      await visit(p, '/grey');
      await assert.rejects(axe(p), /color-contrast[^]*label|label[^]*color-contrast/);
      await visit(p, '/small');
      await assert.rejects(largeTargets(p), /20 px/);
      await assert.rejects(validHtml(pages['/wrong'], '/wrong'));
      await visit(p, '/good');
      await expectText(p, 'Right');
      await assert.rejects(expectText(p, 'Wrong', 300));
      await assert.rejects(expectNoText(p, 'Right'));
    }
    const p = await t.page(address, { size: 'phone' });
    await visit(p, '/wide');
    await assert.rejects(noHorizontalScroll(p), / px in 390/);
    for (const path of ['/error', '/away']) {
      const q = await t.page(address);
      await visit(q, path);
      assert.throws(() => noTrouble(q));
      q.trouble = [];
    }
    const off = await t.page(address, { scripts: false });
    await visit(off, '/scripts');
    await expectText(off, 'off');
    await noHorizontalScroll(off);
    await largeTargets(off);
    await assert.rejects(axe(off));
    const on = await t.page(address, { scripts: true });
    await visit(on, '/scripts');
    await expectText(on, 'on');
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
