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
  for (let i = 0; i < 5; i += 1) await tryToSignIn(page, login, `not the password ${i}`).catch(() => {});
  await tryToSignIn(page, login, password);
  await expectText(page, say(page, 'locked'));
  await axe(page);

  // A name that does not exist is answered in the same words: nobody learns who has an account.
  const other = await t.page(server);
  await tryToSignIn(other, 'nobody-of-this-name', 'whatever it is');
  await expectText(other, say(other, 'wrongPassword'));
  await signIn(other, server, 'resident');

  // The wait ends by itself.
  await server.restart({ clock: new Date(Date.now() + 86_400_000).toISOString() });
  const later = await t.page(server);
  await signIn(later, server, 'member');
});

journey('signing out everywhere ends the other sign-ins', async (t) => {
  const server = await t.server();
  const phone = await pageAs(t, server, 'resident', { size: 'phone' });
  const desktop = await pageAs(t, server, 'resident');
  await visit(phone, '/me');
  await visit(desktop, '/me');
  await press(desktop, desktop.locator('form[action="/sign-out-everywhere"] button').first());
  await phone.goto('/me');
  assert.match(new URL(phone.url()).pathname, /^\/sign-in/);
});

journey('a form older than its sign-in is refused kindly', async (t) => {
  const server = await t.server();
  const page = await pageAs(t, server, 'resident');
  await visit(page, '/me');
  const form = page.locator('form[action="/sign-out-everywhere"]');
  await form.locator('[name="token"]').evaluate((e) => { e.value = 'forged'; });
  assert.equal(await press(page, form.locator('button').first()), 403);
  await expectText(page, say(page, 'expired'));
  await axe(page);
  await visit(page, '/me');
});
