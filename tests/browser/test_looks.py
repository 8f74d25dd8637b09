"""How the page looks: every panel shows something, nothing overlaps, everything can be read, in both languages."""

import pytest

pytestmark = pytest.mark.browser

CONTRAST = """(() => {
    const curved = part => (part /= 255) <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    const light = ([r, g, b]) => 0.2126 * curved(r) + 0.7152 * curved(g) + 0.0722 * curved(b);
    const read = text => (text.match(/[\\d.]+/g) || []).map(Number);
    const over = (under, [r, g, b, alpha]) => [r, g, b].map((part, i) => under[i] * (1 - (alpha ?? 1)) + part * (alpha ?? 1));
    const behind = element => {
        const layers = [];
        for (let each = element; each; each = each.parentElement) layers.push(read(getComputedStyle(each).backgroundColor));
        return layers.reverse().reduce((under, layer) => layer.length ? over(under, layer) : under, [255, 255, 255]);
    };
    const written = element => [...element.childNodes].some(node => node.nodeType === 3 && node.textContent.trim());
    const poor = new Set();
    for (const element of document.querySelectorAll('#page *')) {
        if (element.closest('svg, [disabled], option') || !written(element)) continue;
        if (!element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
        const pair = [light(read(getComputedStyle(element).color)), light(behind(element))];
        const contrast = (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
        if (contrast < 4.5) poor.add(element.className + ': ' + element.textContent.slice(0, 30) + ' ' + contrast.toFixed(2));
    }
    return [...poor];
})()"""
"""What is written with less contrast to its ground than 4.5 to 1 (WCAG 2, AA)."""


def test_every_panel_shows_the_history(there) -> None:
    there.does("explorer.place(400)")
    assert there.page.locator(".card").count() == 8
    for panel in there.does("explorer.charts"):
        assert there.page.locator(f"#plot-{panel} .scatterlayer .trace").count() > 0
        assert "2024-05" in there.page.get_attribute(f"#plot-{panel}", "aria-label")
    owners, members = there.does("explorer.now.owners"), there.does("explorer.now.series.members")
    assert [sum(owner[1][month] for owner in owners) for month in range(420)] == members
    bought = there.does("explorer.now.ties.deals.filter(deal => deal[0] <= 400).length")
    assert bought and f"{bought} bought drive lines" in there.page.get_attribute("#plot-network canvas", "aria-label")
    assert there.page.locator("table.matrix td:not(:empty)").count() > 10
    order = there.page.eval_on_selector_all("#ribbon .row-name", "all => all.map(each => each.textContent)")
    assert order == ["simulated", "recorded"]


def test_switches_the_language_and_has_the_letters(there) -> None:
    there.does("explorer.place(256)")
    there.redrawn(lambda: there.page.click("#do-language"))
    assert there.does("document.documentElement.lang") == "zh-CN"
    shown = {"h1": "存储研究联合体", "#card-members": "会员企业", "#card-density": "存储密度", "#controls": "政府资助"}
    for place, words in shown.items():
        assert words in there.page.inner_text(place)
    assert "lang=zh" in there.page.url
    # Letters that no font has are all drawn as one and the same box.
    drawn = there.does("""(() => {
        const draw = letter => {
            const canvas = document.createElement('canvas');
            canvas.width = canvas.height = 40;
            const pen = canvas.getContext('2d');
            pen.font = '30px ' + getComputedStyle(document.body).fontFamily;
            pen.fillText(letter, 2, 32);
            return canvas.toDataURL();
        };
        return [draw('研'), draw('究'), draw('联')];
    })()""")
    assert len(set(drawn)) == 3
    left = there.does("""[...new Set(explorer.now.events.why)].map(why => explorer.reason(explorer.now.events.words[why]))
        .filter(said => /\\b[a-z]{3,}\\b/.test(said))""")
    assert left == [], "reasons that are not told in Chinese"
    there.shot("chinese")
    there.redrawn(lambda: there.page.click("#do-language"))
    assert there.page.inner_text("h1") == "Storage consortium explorer"


def test_nothing_overlaps_or_is_cut(there) -> None:
    there.does("explorer.place(300)")
    for size in ((1920, 1080), (1024, 768), (1280, 800)):
        there.redrawn(lambda size=size: there.page.set_viewport_size({"width": size[0], "height": size[1]}))
        for language in ("en", "zh"):
            there.shot(f"{language}-{size[0]}")
            assert there.does("document.documentElement.scrollWidth <= window.innerWidth")
            cards = there.does("""[...document.querySelectorAll('.card')].map(e => { const b = e.getBoundingClientRect();
                return [b.left, b.top, b.right, b.bottom]; })""")
            for place, (left, top, right, bottom) in enumerate(cards):
                for a, b, c, d in cards[place + 1 :]:
                    assert right <= a + 1 or c <= left + 1 or bottom <= b + 1 or d <= top + 1
            cut = there.does("[...document.querySelectorAll('h2, .unit, header button, label, table.matrix th')]"
                             ".filter(e => e.scrollWidth > e.clientWidth + 1).map(e => e.textContent)")  # fmt: skip
            assert cut == [], f"{language} at {size}"
            assert there.page.locator("#events .event:not([hidden])").first.is_visible()
            there.redrawn(lambda: there.page.click("#do-language"))
    assert there.page.locator("#stage").bounding_box()["y"] < 100
    there.does("document.querySelector('main').scrollTo(0, 9999)")
    assert there.page.locator("#stage").bounding_box()["y"] < 100, "the player stays in sight"


def test_everything_can_be_read_against_its_ground(there) -> None:
    there.does("explorer.place(400)")
    there.page.click("#do-hold")
    field = there.page.locator("#control-charter-fee_factor")
    field.fill("abc")
    field.press("Tab")
    there.page.locator("[data-control='charter.fee_factor'] .refused").wait_for()
    there.page.locator(".event[data-kind=charter_kept]:not([hidden])").first.click()
    there.page.locator("#why .ballot").first.click()
    assert there.does(CONTRAST) == []


def test_pictures_as_other_eyes_see_them(there) -> None:
    there.does("explorer.place(400)")
    session = there.context.new_cdp_session(there.page)
    seen = set()
    for kind in ("deuteranopia", "protanopia", "none"):
        session.send("Emulation.setEmulatedVisionDeficiency", {"type": kind})
        there.shot(f"eyes-{kind}")
        seen.add(there.page.screenshot())
    assert len(seen) == 3
