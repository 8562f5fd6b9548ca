"""The plain classes behind the live thread, run where they live: in a browser, against faults made to order."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page

IMPORT = "const {ThreadLog} = await import('/static/shared/thread-log.js');"
STORE = "const {PendingStore} = await import('/static/shared/pending-store.js');"
SOCKET = "const {ThreadSocket} = await import('/static/shared/thread-socket.js');"

# A server of paper: what was sent is kept in `sent`, the test says what comes.
PAPER = """
  const sent = [];
  class Paper extends EventTarget {
    static all = [];
    constructor(url) { super(); this.url = url; Paper.all.push(this); }
    send(text) { sent.push(JSON.parse(text)); }
    close() {}
    say(frame) { this.dispatchEvent(new MessageEvent('message', {data: JSON.stringify(frame)})); }
    end(code) { this.dispatchEvent(Object.assign(new Event('close'), {code})); }
  }
  const wait = (ms) => new Promise((done) => setTimeout(done, ms));
  const make = (fetch) => {
    const log = new ThreadLog({after: 0});
    const socket = new ThreadSocket({
      log, socketUrl: 'ws://x/', apiUrl: '/api/', as: 'client', csrf: () => 't', WebSocket: Paper, fetch,
    });
    const heard = []; const said = [];
    socket.addEventListener('change', (event) => heard.push(event.detail));
    socket.addEventListener('status', (event) => said.push(event.detail.state));
    return {log, socket, heard, said};
  };
  const message = (seq, nonce, more) => ({
    type: 'message', seq, nonce: nonce ?? 'n' + seq, body: 'b' + seq, author: {kind: 'worker', me: false}, ...more,
  });
  const numbers = (heard) => heard.filter((one) => one.kind === 'message').map((one) => one.message.seq);
"""


@pytest.fixture
def run(new_page: Callable[..., Page]) -> Iterator[Callable[[str], Any]]:
    page = new_page()
    page.goto("/safety/")
    yield lambda script: page.evaluate("async () => {" + IMPORT + STORE + SOCKET + PAPER + script + "}")


def test_messages_come_once_and_in_order_whatever_comes(run: Callable[[str], Any]) -> None:
    found = run("""
      const log = new ThreadLog({after: 2});
      const changes = [message(4), message(2), message(4), message(3), message(3), message(5)]
        .flatMap((frame) => log.receive(frame));
      return [numbers(changes), changes.filter((change) => change.kind === 'gap'), log.cursor];
    """)
    assert found == [[3, 4, 5], [{"kind": "gap", "after": 2}], 5]


def test_a_lost_frame_is_noticed_by_the_number(run: Callable[[str], Any]) -> None:
    found = run(
        """
      const log = new ThreadLog({after: 7});
      return [log.receive({type: 'seq', seq: 7}), log.receive({type: 'seq', seq: 9})];
    """
    )
    assert found == [[], [{"kind": "gap", "after": 7}]]


def test_mine_is_settled_by_its_nonce_even_out_of_order(run: Callable[[str], Any]) -> None:
    found = run("""
      const log = new ThreadLog();
      log.add({nonce: 'a', body: 'x', at: ''});
      const changes = log.receive(message(5, 'a'));
      return [changes.map((change) => change.kind), log.unsent.length];
    """)
    assert found == [["settled", "gap"], 0]


@pytest.mark.parametrize(
    ("code", "again"), [("rate_limited", True), ("unavailable", True), ("too_long", False), ("closed", False)]
)
def test_only_refusals_that_pass_are_tried_again(run: Callable[[str], Any], code: str, again: bool) -> None:
    found = run(f"""
      const log = new ThreadLog();
      log.add({{nonce: 'a', body: 'x', at: ''}});
      log.receive({{type: 'error', code: '{code}', detail: 'syy', nonce: 'a'}});
      const item = log.pending.get('a');
      return [item.state, item.detail, log.unsent.length === 1];
    """)
    assert found == ["not_sent", "syy", again]


def test_the_store_keeps_each_message_apart_and_forgets_all(run: Callable[[str], Any]) -> None:
    found = run("""
      const one = new PendingStore('c'), other = new PendingStore('c'), elsewhere = new PendingStore('d');
      one.add({nonce: '2', body: 'toinen', at: '2026-01-02'});
      other.add({nonce: '1', body: 'eka', at: '2026-01-01'});
      elsewhere.draft = 'luonnos';
      const kept = one.all().map((item) => item.body);
      one.remove('2');
      const left = other.all().length;
      PendingStore.eraseAll();
      return [kept, left, elsewhere.draft, localStorage.length];
    """)
    assert found == [["eka", "toinen"], 1, "", 0]


def test_unsent_goes_again_after_a_break_with_the_same_nonce(run: Callable[[str], Any]) -> None:
    found = run("""
      const {socket, said} = make(async () => { throw new TypeError('no network'); });
      socket.start();
      Paper.all[0].say({type: 'welcome', contact: {state: 'open'}, seq: 0});
      socket.send({nonce: 'a', body: 'hei', at: ''});
      socket.send({nonce: 'b', body: 'taas', at: ''});
      Paper.all[0].end(1006);
      await wait(1200);
      Paper.all[1].say({type: 'welcome', contact: {state: 'open'}, seq: 0});
      Paper.all[1].say(message(1, 'a', {author: {kind: 'client', me: true}}));
      const sends = sent.filter((frame) => frame.type === 'send').map((frame) => frame.nonce);
      socket.stop();
      return [sends, Paper.all.map((one) => one.url), said[0], said[said.length - 1], socket.log.unsent.length];
    """)
    assert found == [["a", "b", "a", "b"], ["ws://x/?as=client&after=0"] * 2, "live", "live", 1]


def test_a_gap_is_read_over_http(run: Callable[[str], Any]) -> None:
    found = run("""
      const asked = [];
      const {socket, heard} = make(async (url) => {
        asked.push(url);
        return new Response(JSON.stringify([message(1), message(2), message(3)]));
      });
      socket.start();
      Paper.all[0].say({type: 'welcome', contact: {state: 'open'}, seq: 3});
      Paper.all[0].say(message(3));
      await wait(600);
      socket.stop();
      return [numbers(heard), asked[0]];
    """)
    assert found == [[1, 2, 3], "/api/messages/?as=client&after=0"]


@pytest.mark.parametrize("code", [4401, 4404, 4410])
def test_an_end_is_not_tried_again(run: Callable[[str], Any], code: int) -> None:
    found = run(f"""
      const {{socket}} = make(async () => new Response('[]'));
      let ended = null;
      socket.addEventListener('ended', (event) => {{ ended = event.detail.code; }});
      socket.start();
      Paper.all[0].end({code});
      await wait(900);
      return [ended, Paper.all.length];
    """)
    assert found == [code, 1]


def test_the_server_may_say_that_delivery_is_slow(run: Callable[[str], Any]) -> None:
    found = run("""
      const {socket, said} = make(async () => new Response('[]'));
      socket.start();
      Paper.all[0].say({type: 'welcome', contact: {state: 'open'}, seq: 0});
      Paper.all[0].say({type: 'state', delivery: 'slow'});
      Paper.all[0].say({type: 'pong'});
      Paper.all[0].say({type: 'state', delivery: 'live'});
      socket.stop();
      return said;
    """)
    assert found == ["live", "slow", "live"]


def test_a_spoilt_frame_does_no_harm(run: Callable[[str], Any]) -> None:
    found = run("""
      const {socket, heard} = make(async () => new Response('[]'));
      socket.start();
      Paper.all[0].say({type: 'welcome', contact: {state: 'open'}, seq: 0});
      for (const data of ['{broken', 'null', '[]', '{}']) {
        Paper.all[0].dispatchEvent(new MessageEvent('message', {data}));
      }
      Paper.all[0].say({type: 'of tomorrow'});
      Paper.all[0].say(message(1));
      socket.stop();
      return numbers(heard);
    """)
    assert found == [1]


def test_where_sockets_are_blocked_messages_go_both_ways_by_requests(run: Callable[[str], Any]) -> None:
    found = run("""
      const posted = [];
      const {socket, heard, said} = make(async (url, options) => {
        if (options?.method !== 'POST') {
          return new Response(JSON.stringify(url.includes('messages') ? [message(1)] : {state: 'open', seq: 1}));
        }
        const {nonce, body} = JSON.parse(options.body);
        posted.push([body, options.headers['X-CSRFToken']]);
        return new Response(JSON.stringify(message(1 + posted.length, nonce, {author: {kind: 'client', me: true}})));
      });
      socket.start();
      socket.send({nonce: 'a', body: 'eka', at: ''});
      socket.send({nonce: 'b', body: 'toka', at: ''});
      Paper.all[0].end(1006);
      await wait(1200);
      Paper.all[1].end(1006);
      await wait(300);
      const unsent = socket.log.unsent.length;
      socket.stop();
      return [posted, numbers(heard), unsent, said.at(-1), sent.length];
    """)
    assert found == [[["eka", "t"], ["toka", "t"]], [1, 2, 3], 0, "slow", 0]


def test_an_end_by_a_request_is_told_once(run: Callable[[str], Any]) -> None:
    found = run("""
      const {socket} = make(async () => new Response('{}', {status: 404}));
      const ended = [];
      socket.addEventListener('ended', (event) => ended.push(event.detail.code));
      socket.start();
      Paper.all[0].say({type: 'welcome', contact: {state: 'open'}, seq: 5});
      Paper.all[0].say({type: 'seq', seq: 5});
      await wait(600);
      return [ended, Paper.all.length];
    """)
    assert found == [[4404], 1]
