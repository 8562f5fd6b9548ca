"""The plain parts behind the desk, run where they live: in a browser, against a server of paper."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page

SETUP = """
  const {DeskSocket} = await import('/static/desk/desk-socket.js');
  const {matches, inserted} = await import('/static/desk/ready-texts.js');
  class Paper extends EventTarget {
    static all = [];
    constructor(url) { super(); this.url = url; this.sent = []; Paper.all.push(this); }
    send(text) { this.sent.push(text); }
    close() {}
    say(frame) { this.dispatchEvent(new MessageEvent('message', {data: JSON.stringify(frame)})); }
    end(code) { this.dispatchEvent(Object.assign(new Event('close'), {code})); }
  }
  const wait = (ms) => new Promise((done) => setTimeout(done, ms));
  const make = (fetch) => {
    const desk = new DeskSocket({socketUrl: 'ws://x/', apiUrl: '/api/', WebSocket: Paper, fetch});
    const heard = []; const said = []; const ended = [];
    desk.addEventListener('desk', (event) => heard.push(event.detail));
    desk.addEventListener('status', (event) => said.push(event.detail.state));
    desk.addEventListener('ended', (event) => ended.push(event.detail.code));
    desk.start();
    return {desk, heard, said, ended};
  };
  const state = {v: 1, type: 'desk', delivery: 'live', waiting: []};
"""


@pytest.fixture
def run(new_page: Callable[..., Page]) -> Iterator[Callable[[str], Any]]:
    page = new_page()
    page.goto("/safety/")
    yield lambda script: page.evaluate("async () => {" + SETUP + script + "}")


def test_the_desk_is_live_when_the_socket_speaks_and_slow_when_it_says_so(run: Callable[[str], Any]) -> None:
    found = run("""
      const {heard, said} = make();
      const [socket] = Paper.all;
      socket.say(state);
      socket.say({...state, delivery: 'slow'});
      socket.say({v: 1, type: 'pong'});
      socket.dispatchEvent(new MessageEvent('message', {data: 'not json'}));
      return [heard.length, said];
    """)
    assert found == [2, ["live", "slow"]]


def test_a_break_is_connecting_then_stale_then_live_again(run: Callable[[str], Any]) -> None:
    found = run("""
      const {said} = make(async () => { throw new TypeError('no network'); });
      Paper.all[0].say(state);
      Paper.all[0].end(1006);
      await wait(1200);
      Paper.all.at(-1).end(1006);
      await wait(2500);
      const stale = [...said];
      Paper.all.at(-1).say(state);
      return [stale, said.at(-1), Paper.all.length > 1];
    """)
    assert found == [["live", "connecting", "stale"], "live", True]


def test_where_sockets_are_blocked_it_asks_instead(run: Callable[[str], Any]) -> None:
    found = run("""
      const {heard, said} = make(async () => ({ok: true, status: 200, json: async () => ({waiting: [1]})}));
      Paper.all[0].end(1006);
      await wait(1200);
      Paper.all.at(-1).end(1006);
      await wait(100);
      return [heard, said.at(-1)];
    """)
    assert found == [[{"waiting": [1]}], "slow"]


def test_an_answer_that_comes_after_the_socket_does_not_undo_what_it_said(run: Callable[[str], Any]) -> None:
    found = run("""
      const asked = [];
      const {heard, said} = make(() => new Promise((answer) => asked.push(answer)));
      Paper.all[0].end(1006);
      await wait(1200);
      Paper.all.at(-1).end(1006);
      await wait(2500);
      Paper.all.at(-1).say({...state, waiting: ['new']});
      asked[0]({ok: true, status: 200, json: async () => ({waiting: ['old']})});
      await wait(100);
      return [heard.map((one) => one.waiting), said.at(-1), asked.length];
    """)
    assert found == [[["new"]], "live", 1]


def test_slow_delivery_that_breaks_off_is_a_break_too(run: Callable[[str], Any]) -> None:
    found = run("""
      const {said} = make(async () => { throw new TypeError('no network'); });
      Paper.all[0].say({...state, delivery: 'slow'});
      Paper.all[0].end(1006);
      await wait(3200);
      return said;
    """)
    assert found[:3] == ["slow", "connecting", "stale"]


def test_a_spoilt_frame_does_no_harm(run: Callable[[str], Any]) -> None:
    found = run("""
      const {heard, said, ended} = make();
      const spoilt = ['null', '7', '[]', '{}', '{"type": 5}', '{"type": "of tomorrow"}', '{broken', new Blob(['x'])];
      for (const data of spoilt) {
        Paper.all[0].dispatchEvent(new MessageEvent('message', {data}));
      }
      const before = [heard.length, said.length];
      Paper.all[0].say(state);
      return [before, heard.length, said, ended];
    """)
    assert found == [[0, 0], 1, ["live"], []]


def test_a_desk_that_has_ended_asks_no_more(run: Callable[[str], Any]) -> None:
    found = run("""
      let asked = 0;
      const {desk, ended} = make(async () => { asked += 1; return {ok: false, status: 401}; });
      Paper.all[0].end(4401);
      desk.wake();
      globalThis.dispatchEvent(new Event('online'));
      globalThis.dispatchEvent(new Event('offline'));
      await wait(800);
      return [ended, asked, Paper.all.length];
    """)
    assert found == [[4401], 0, 1]


@pytest.mark.parametrize(("answer", "code"), [(401, 4401), (404, 4404)])
def test_who_is_signed_out_is_told_over_either_way(run: Callable[[str], Any], answer: int, code: int) -> None:
    found = run(f"""
      const first = make();
      Paper.all[0].end({code});
      const second = make(async () => ({{ok: false, status: {answer}}}));
      Paper.all.at(-1).end(1006);
      await wait(1200);
      Paper.all.at(-1).end(1006);
      await wait(100);
      const sockets = Paper.all.length;
      await wait(1500);
      return [first.ended, second.ended, Paper.all.length === sockets];
    """)
    assert found == [[code], [code], True]


def test_ready_texts_are_found_by_any_word_without_marks(run: Callable[[str], Any]) -> None:
    found = run("""
      const text = 'Ensi yö. Noin vähällä unella kaikki tuntuu raskaammalta.';
      return [matches(text, 'VAHALLA yo'), matches(text, ''), matches(text, 'vähällä raha')];
    """)
    assert found == [True, True, False]


def test_a_ready_text_keeps_what_was_written(run: Callable[[str], Any]) -> None:
    found = run("""
      return [inserted('', 0, 0, 'Hei'), inserted('Alku loppu', 5, 5, 'Hei'), inserted('Alku', 4, 4, 'Hei')];
    """)
    assert found == [
        {"value": "Hei", "caret": 3},
        {"value": "Alku\n\nHei\n\nloppu", "caret": 9},
        {"value": "Alku\n\nHei", "caret": 9},
    ]


def test_a_draft_that_was_saved_while_its_page_was_being_made_is_not_lost(run: Callable[[str], Any]) -> None:
    found = run("""
      const {DraftKeeper} = await import('/static/desk/draft-keeper.js');
      const keeper = () => new DraftKeeper({address: '/x/', room: 'thread', fetch: () => wait(9e9)});
      const adopt = (server, own) => keeper().adopt(server, own);
      const at = '2026-11-23T12:00:00+02:00';
      const saved = (version) => ({text: 'tämä laite', version});
      return [
        adopt({text: '', version: '', at}, saved('2026-11-23T10:00:00.5+00:00')),
        adopt({text: '', version: '', at}, saved('2026-11-23T09:59:30+00:00')),
        adopt({text: 'toinen laite', version: '2026-11-23T09:59:50+00:00', at}, saved('2026-11-23T09:59:30+00:00')),
        adopt({text: '', version: '', at}, saved('')),
      ];
    """)
    assert found == ["tämä laite", "", "toinen laite", "tämä laite"]


def test_a_draft_waits_while_an_act_is_under_way(run: Callable[[str], Any]) -> None:
    found = run("""
      const {DraftKeeper} = await import('/static/desk/draft-keeper.js');
      const saved = [];
      const answer = async (_address, {body}) => {
        saved.push(JSON.parse(body).body);
        return Response.json({version: String(saved.length), other: null});
      };
      const keeper = new DraftKeeper({address: '/x/', room: 'thread', csrf: () => '', pause: 20, fetch: answer});
      keeper.typed('yksi');
      await keeper.wait();
      keeper.typed('yksi kaksi');
      await wait(80);
      const meanwhile = [...saved];
      keeper.goOn();
      await wait(80);
      return [meanwhile, saved];
    """)
    assert found == [[], ["yksi kaksi"]]
