// everything -- one page looked at in every way: valid, accessible, nothing sticking out, large
// enough to press; on a phone and a desktop, light and dark, in large type.

import assert from 'node:assert/strict';
import { axe, largeTargets, noHorizontalScroll, noTrouble, validHtml, visit } from './harness.mjs';

const phone = { width: 360, height: 740 };
const desktop = { width: 1240, height: 900 };
// What the width of a page can change; large type is one column at every width, in the same colours.
const inLarge = ['target-size', 'scrollable-region-focusable'];
const onDesktop = ['color-contrast', ...inLarge];

// One page, loaded once and then seen at every size and in every mode. What size, mode and language
// cannot change is looked at once: colours in Chinese.
export async function everything(page, path, { status = 200 } = {}) {
  const colours = page.lang === 'zh';
  await page.setViewportSize(phone);
  const answer = await visit(page, path, status);
  await validHtml(await answer.text(), path);
  assert.equal(await page.locator('h1').count(), 1, 'one h1');
  await noHorizontalScroll(page);
  await openEverything(page);
  await noHorizontalScroll(page);
  await largeTargets(page);
  await axe(page);
  if (colours) {
    await page.emulateMedia({ colorScheme: 'dark' });
    await axe(page, { where: `${page.url()} in the dark`, rules: ['color-contrast'] });
    await page.emulateMedia({ colorScheme: 'light' });
  }
  await page.setViewportSize(desktop);
  await noHorizontalScroll(page);
  if (colours) await axe(page, { where: `${page.url()} on a desktop`, rules: onDesktop });
  await inLargeType(page, colours);
  noTrouble(page);
}

// Folds, menus, added rows: whatever opens when it is pressed.
async function openEverything(page) {
  await page.evaluate(() => {
    for (const fold of document.querySelectorAll('details:not([open])')) fold.open = true;
    for (const b of document.querySelectorAll('button[data-row-add], button[type="button"]:not([data-print])')) {
      if (b.offsetParent) b.click();
    }
  });
}

// The class is all that the server changes but for one link; that it does is seen below.
async function inLargeType(page, colours) {
  await page.evaluate(() => document.documentElement.classList.add('large'));
  for (const size of [desktop, phone]) {
    await page.setViewportSize(size);
    await noHorizontalScroll(page, `${page.url()} in large type, ${size.width} px`);
  }
  await largeTargets(page, 60);
  const type = await page.locator('main').first().evaluate((e) => parseFloat(getComputedStyle(e).fontSize));
  assert.ok(type >= 22, `${type} px in large type`);
  if (colours) await axe(page, { where: `${page.url()} in large type`, rules: inLarge });
}
