"""What a visitor does with the page, in a real browser that can reach nothing but this machine."""

import os
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.browser


def test_is_usable_in_three_seconds_and_loads_nothing_from_elsewhere(visit, measured, slowness) -> None:
    seconds, slow = [], slowness()
    for _ in range(3):
        with visit() as there:
            seconds.append(there.does("performance.getEntriesByName('ready')[0].startTime / 1000"))
            whole = there.does("performance.getEntriesByName('drawn')[0].startTime / 1000")
            hosts = there.does("performance.getEntriesByType('resource').map(e => new URL(e.name).host)")
            assert set(hosts) == {there.does("location.host")}
            there.shot("first")
    slow = max(slow, slowness())
    measured("usable", seconds=min(seconds), all_panels=whole, slowness=slow)
    assert min(seconds) / slow < 3.0, f"seconds until it can be used, {slow:.1f} times slower than at rest: {seconds}"


def test_the_browser_is_forbidden_to_ask_others(visit) -> None:
    with visit() as there:
        said = there.does("fetch('http://example.invalid/').then(() => 'asked', () => 'forbidden')")
        assert said == "forbidden"
        there.errors.clear()
        there.outside.clear()


def test_a_whole_history_plays_smoothly_in_fifteen_seconds(there, measured, slowness) -> None:
    there.page.select_option("#speed", "4")
    slow, began = slowness(), time.perf_counter()
    there.page.click("#play")
    there.until("explorer.month >= 300")
    assert there.does("explorer.date(300)") == "2016-01"
    there.until("explorer.month >= explorer.now.months")
    seconds, gaps = time.perf_counter() - began, sorted(there.does("explorer.gaps"))
    slow = max(slow, slowness())
    middle, late = gaps[len(gaps) // 2], gaps[int(0.99 * len(gaps))]
    measured("played", seconds=seconds, frames=len(gaps), middle_ms=middle, late_ms=late, slowness=slow)
    there.shot("played")
    there.page.select_option("#speed", "2")
    assert seconds < 15 + 0.5 * slow
    assert middle < 25 * slow and late < 120 * slow, f"milliseconds between frames, {slow:.1f} times slower than at rest"


def test_plays_to_2016_and_shows_no_future(there) -> None:
    there.does("explorer.place(300)")
    assert there.page.inner_text("#date") == "2016-01"
    dates = there.page.eval_on_selector_all(".event:not([hidden]) .date", "all => all.map(each => each.textContent)")
    assert dates and max(dates) <= "2016-01"
    edge = there.does("explorer.edges.density")
    passed = edge["left"] + edge["width"] * 300 / 420
    shown = float(there.page.get_attribute("#edge-density rect", "width") or 0)
    assert edge["width"] * 300 / 420 == pytest.approx(shown, rel=1e-3)
    box = there.page.locator("#plot-density").bounding_box()
    there.page.mouse.move(box["x"] + passed - 60, box["y"] + 80)
    there.page.mouse.move(box["x"] + passed - 64, box["y"] + 80)
    there.page.locator("#plot-density .hoverlayer .legend").wait_for()  # what has been can be read off …
    for further in (20, 40, 60):
        there.page.mouse.move(box["x"] + passed + further, box["y"] + 80)
    there.does("new Promise(go => setTimeout(go, 300))")
    told = there.does("parseFloat(document.querySelector('#plot-density .hoverlayer').textContent)")
    assert told <= 2016, "… what has not been cannot"


def test_the_month_is_dragged_on_the_ribbon(there) -> None:
    box = there.page.locator("#ribbon .playing .track").bounding_box()
    there.page.mouse.move(box["x"] + box["width"] * 0.25, box["y"] + 8)
    there.page.mouse.down()
    assert there.does("explorer.month") == pytest.approx(105, abs=2)
    there.page.mouse.move(box["x"] + box["width"] * 0.75, box["y"] + 8)
    there.page.mouse.up()
    there.page.mouse.move(box["x"] + box["width"] * 0.1, box["y"] + 8)
    assert there.does("explorer.month") == pytest.approx(315, abs=2)


def test_keys_play_and_step(there) -> None:
    there.page.keyboard.press("ArrowRight")
    there.page.keyboard.press("ArrowRight")
    assert there.page.inner_text("#date") == "1991-03"
    there.page.keyboard.press("ArrowLeft")
    assert there.page.inner_text("#date") == "1991-02"
    there.page.keyboard.press(" ")
    there.until("explorer.month > 3")
    there.page.keyboard.press(" ")
    stood = there.does("explorer.month")
    there.does("new Promise(go => requestAnimationFrame(() => requestAnimationFrame(go)))")
    assert there.does("explorer.month") == stood
    there.page.keyboard.press("End")
    assert there.page.inner_text("#date") == "2025-12"


def test_the_first_tab_leads_to_the_player(visit) -> None:
    with visit() as there:
        there.page.keyboard.press("Tab")
        assert there.does("document.activeElement.className") == "skip"
        there.page.keyboard.press("Enter")
        there.page.keyboard.press("Tab")
        assert there.does("Boolean(document.activeElement.closest('#player'))")


def test_a_slider_moves_the_curve_and_is_marked(there) -> None:
    curve = "document.querySelector('#plot-members').data.find(each => each.uid === 'stier1').y"
    before = there.does(curve)
    slider = there.page.locator("#control-charter-fee_factor-slider")
    slider.focus()
    for _ in range(12):
        slider.press("ArrowRight")
    there.until("explorer.answer.changed['charter.fee_factor'] === '4'")
    there.drawn()
    assert there.does(curve) != before
    row = there.page.locator("[data-control='charter.fee_factor']")
    assert "changed" in row.get_attribute("class")
    assert there.page.input_value("#share-command") == "consortium run charter.fee_factor=4 --seed 7"
    row.locator(".back").click()
    there.until("!('charter.fee_factor' in explorer.answer.changed)")
    there.drawn()
    assert there.does(curve) == before


def test_hover_tells_unit_range_meaning_and_source(there) -> None:
    there.page.hover("label[for='control-membership-leakage']")
    said = there.page.inner_text("#hint")
    for part in ("weight of what rivals inside may learn", "0 to", "M15, M20", "Branstetter & Sakakibara 2002"):
        assert part in said
    there.shot("hint")


def test_a_wrong_value_is_refused_where_it_was_typed(there) -> None:
    field = there.page.locator("#control-charter-fee_factor")
    refused = there.page.locator("[data-control='charter.fee_factor'] .refused")
    for value in ("abc", "-3", "$(id)", "../../etc/passwd"):
        field.fill(value)
        field.press("Tab")
        there.until(f"explorer.state.refused['charter.fee_factor']?.value === {value!r}")
        assert "all fees, times the schedule" in refused.inner_text() and "0 to 200" in refused.inner_text()
        assert field.input_value() == value
        assert there.does("explorer.answer.changed") == {}
    field.fill("2")
    field.press("Tab")
    there.until("explorer.answer.changed['charter.fee_factor'] === '2'")
    assert not refused.is_visible()


def test_a_setting_that_names_a_file_is_refused(there) -> None:
    field = there.page.locator("#any-setting")
    field.fill("population.firms=/etc/passwd")
    field.press("Enter")
    there.page.locator("#refused-any p").wait_for()
    assert "cannot be set here" in there.page.inner_text("#refused-any")


def test_opens_a_reason_and_the_ballot_behind_it(there) -> None:
    there.does("explorer.place(300)")
    there.page.locator(":is([data-kind=charter_changed], [data-kind=charter_kept]):not([hidden])").first.click()
    there.page.locator("#why h2").wait_for()
    assert "in favour" in there.page.inner_text("#why .verdict")
    there.page.locator("#why .ballot").first.click()
    assert there.page.locator("#why .bars .bar").count() > 4
    assert "Reckoned again from the stored terms: the same." in there.page.inner_text("#why")
    there.shot("why")
    there.page.keyboard.press("Escape")
    assert there.page.locator("#why").is_hidden()


def test_holds_a_run_changes_one_thing_and_tells_the_difference(there) -> None:
    there.does("explorer.place(300)")
    there.page.click("#do-hold")
    there.page.select_option("#control-funding", "constant")
    there.until("explorer.answer.changed.funding === 'constant'")
    there.drawn()
    assert "historical → constant" in there.page.inner_text("#comparison")
    assert there.does("document.querySelector('#plot-density').data.some(each => each.uid.startsWith('h'))")
    there.page.locator("#comparison .figures").click()
    there.shot("compare")
    there.page.locator("#comparison [data-kind=difference]").click()
    there.until("document.querySelector('#unit-density').textContent === 'now ÷ held'")
    now, held = (there.does(f"explorer.{which}.series.members[300]") for which in ("now", "held.history"))
    row = there.page.locator("#comparison table").nth(1).locator("tr", has_text="members").first
    shown = row.locator("td").all_inner_texts()
    assert [int(shown[0]), int(shown[1])] == [held, now]
    there.page.click("#do-hold")
    assert there.page.locator("#comparison").is_hidden()


def test_runs_many_seeds_with_progress_and_shows_bands(visit) -> None:
    with visit() as there:
        there.does("explorer.many = 4; explorer.layMany()")
        there.page.click("#do-many")
        there.page.locator("#many-progress").wait_for()
        there.page.locator("#many-told").wait_for()
        assert "middle 80 % of 4 seeds (3001 to 3004)" in there.page.inner_text("#many-told")
        there.until("document.querySelector('#plot-density').data.some(each => each.uid.startsWith('bh'))")
        assert there.page.locator("canvas.shares").is_visible()
        assert "middle 80 % of seeds" in there.page.inner_text("#card-density .key")
        there.shot("bands")


def test_a_link_brings_everything_back(visit) -> None:
    with visit("?funding=constant&charter.fee_factor=2&seed=3&month=2005-06&lang=zh") as there:
        assert there.does("explorer.answer.changed") == {"funding": "constant", "charter.fee_factor": "2"}
        assert there.page.inner_text("#date") == "2005-06"
        assert there.page.input_value("#seed") == "3"
        link = there.page.input_value("#share-link")
        key = there.does("explorer.now.key")
    with visit("?" + link.partition("?")[2]) as again:
        assert again.does("explorer.now.key") == key


def test_a_broken_link_is_refused_in_words_and_shows_the_rest(visit) -> None:
    with visit("?funding=foo&charter.fee_factor=2&nonsense=1&seed=x") as there:
        assert there.does("explorer.answer.changed") == {"charter.fee_factor": "2"}
        assert "is no choice" in there.page.inner_text("[data-control=funding] .refused")
        assert "nonsense is no setting" in there.page.inner_text("#refused-any")
        assert "not a whole number" in there.page.inner_text("[data-control=seed] .refused")


def test_two_pages_do_not_disturb_each_other(there, visit) -> None:
    with visit("?seed=3") as other:
        first, second = there.does("explorer.now.series.members"), other.does("explorer.now.series.members")
        other.page.select_option("#control-flash", "none")
        other.until("explorer.answer.changed.flash === 'none'")
        other.drawn()
        assert there.does("explorer.now.series.members") == first != second
        assert there.does("explorer.answer.changed") == {}
        there.does("explorer.setSeed(4)")
        there.until("explorer.now.seed === 4")
        assert other.does("explorer.now.seed") == 3


@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="memory is told by /proc")
def test_memory_returns_after_twenty_pages(visit, served, measured) -> None:
    with visit("?seed=11"), visit("?seed=12"):
        pass
    server, browser = _memory(served[1]), _memory(os.getpid()) - _memory(served[1])
    pages = [visit(f"?seed={20 + number % 5}") for number in range(20)]
    most = _memory(os.getpid()) - _memory(served[1])
    for page in pages:
        with page:
            pass
    for _ in range(60):  # processes of the browser end when they end
        now, shown = _memory(served[1]), _memory(os.getpid()) - _memory(served[1])
        if now < server + 40 and shown < browser + 60:
            break
        time.sleep(0.5)
    measured("memory_mb", server_before=server, server_after=now, before=browser, with_twenty=most, after=shown)
    assert now < server + 40, "megabytes of the server and its workers"
    assert shown < browser + 60, "megabytes of the browser"


def _memory(pid: int) -> float:
    """Megabytes that a process and all that descend from it hold, what they share told once."""
    held = 0.0
    try:
        told = Path(f"/proc/{pid}/smaps_rollup").read_text()
        held = sum(int(line.split()[1]) for line in told.splitlines() if line.startswith("Pss:")) / 1024
        threads = list(Path(f"/proc/{pid}/task").iterdir())
        children = [int(child) for thread in threads for child in (thread / "children").read_text().split()]
    except OSError:  # it has ended meanwhile
        return held
    return held + sum(_memory(child) for child in children)


def test_the_tour_has_five_steps_and_comes_once(visit) -> None:
    with visit(tour=True) as there:
        for step in range(5):
            there.page.locator("#tour h2").wait_for()
            assert f"Step {step + 1} of 5" in there.page.inner_text("#tour")
            if step == 3:
                assert "steady and watch 2003" in there.page.inner_text("#tour")
                there.shot("tour")
            there.page.click("#tour-next")
        assert there.page.locator("#tour").is_hidden()
        there.page.reload()
        there.drawn()
        assert there.page.locator("#tour").is_hidden()
