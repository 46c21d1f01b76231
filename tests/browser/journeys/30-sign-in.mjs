// Signing in, being locked out, signing out everywhere.

import assert from 'node:assert/strict';
import { axe, expectText, journey, press, visit } from '../harness.mjs';
import { pageAs, say, signIn, tryToSignIn } from '../site.mjs';

journey('wrong passwords lock an account for a while, and only that one', async (t) => {
  const server = await t.server();
  const page = await t.page(server, { size: 'phone' });
  const { login, password } = server.person('member');

  await tryToSignIn(page, login, 'not the password');
  await expectText(page, say(page, 'wrongPassword'));
  assert.equal(await page.locator('[name="password"]').inputValue(), '', 'a password is never sent back');
  await axe(page);
  // After each refusal a little longer; at last even the right password has to wait.
  for (let i = 0; i < 10 && await page.locator('.lock').count() === 0; i += 1) {
    await tryToSignIn(page, login, `not the password ${i}`);
  }
  await tryToSignIn(page, login, password);
  await expectText(page, say(page, 'locked'));
  await axe(page);

  // A name that does not exist is answered in the same words: nobody learns who has an account.
  const other = await t.page(server);
  await tryToSignIn(other, 'nobody-of-this-name', 'whatever it is');
  await expectText(other, say(other, 'wrongPassword'));
  await signIn(other, server, 'resident');

  // The wait ends by itself.
  await server.restart({ clock: new Date(Date.now() + 2 * 86_400_000).toISOString() });
  const later = await t.page(server);
  await signIn(later, server, 'member');
});

journey('signing out everywhere ends the other sign-ins', async (t) => {
  const server = await t.server();
  const phone = await t.page(server, { size: 'phone' });
  await signIn(phone, server, 'resident');
  const desktop = await t.page(server);
  await signIn(desktop, server, 'resident');
  await visit(phone, '/me');
  await visit(desktop, '/me');
  await press(desktop, desktop.locator('form[action="/me/out-everywhere"] button'));
  await phone.goto('/me');
  assert.match(new URL(phone.url()).pathname, /^\/sign-in/);
});

journey('who has no password signs in with a code, on a phone without scripts', async (t) => {
  const server = await t.server();
  const page = await t.page(server, { size: 'phone', scripts: false });
  await visit(page, '/sign-in?next=/plan');
  await page.locator('main a[href^="/sign-in/code"]').click();
  await page.locator('[name="contact"]').fill('13900001111');
  await press(page, page.locator('form:has([value="send"]) button'));
  const code = await page.locator('.flash code').innerText();
  await page.locator('[name="code"]').fill(code === '000000' ? '111111' : '000000');
  assert.equal(await press(page, page.locator('form:has([value="check"]) button')), 422);
  await page.locator('[name="code"]').fill(code);
  await press(page, page.locator('form:has([value="check"]) button'));
  assert.equal(new URL(page.url()).pathname, '/plan');
  await visit(page, '/me');
});

journey('the account menu signs out', async (t) => {
  const server = await t.server();
  const page = await t.page(server);
  await signIn(page, server, 'resident');
  await visit(page, '/');
  await page.locator('.account summary').click();
  await axe(page);
  await press(page, page.locator('form[action="/sign-out"] button'));
  await page.goto('/me');
  assert.match(new URL(page.url()).pathname, /^\/sign-in/);
});

journey('a form that was not made for this sign-in is refused kindly', async (t) => {
  const server = await t.server();
  const page = await pageAs(t, server, 'resident');
  await visit(page, '/me');
  const form = page.locator('form[action="/me/out-everywhere"]');
  await form.locator('[name="token"]').evaluate((e) => { e.value = 'forged'; });
  assert.equal(await press(page, form.locator('button').first()), 403);
  await expectText(page, say(page, 'expired'));
  await axe(page);
  await visit(page, '/me');
});

journey('who must sign in comes back to where he wanted to go', async (t) => {
  const server = await t.server();
  const page = await t.page(server);
  await page.goto('/me');
  assert.match(new URL(page.url()).pathname, /^\/sign-in/);
  const { login, password } = server.person('resident');
  await page.locator('[name="name"]').fill(login);
  await page.locator('[name="password"]').fill(password);
  await press(page, page.locator('main form button').first());
  assert.equal(new URL(page.url()).pathname, '/me');
});
