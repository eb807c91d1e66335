//! Memory, journal and outbox: what outlives a load of the page.

use docent_protocol::event::EventId;
use docent_protocol::json::{Json, Object};
use docent_widget::conversation::journal::{Entry, Journal};
use docent_widget::conversation::memory::Memory;
use docent_widget::conversation::outbox::{MOST, Outbox, Sent};
use wasm_bindgen_test::*;

fn event(n: u64) -> EventId {
    EventId::new(n).expect("an id")
}

fn memory(name: &str) -> Memory {
    let memory = Memory::new(name);
    memory.clear_but("");
    memory
}

#[wasm_bindgen_test]
fn a_second_load_sees_what_the_first_began_and_answered() {
    let memory = memory("journal");
    let first = Journal::new("one".to_owned());
    let second = Journal::new("two".to_owned());
    assert_eq!(first.entry(&memory, event(1)), Entry::Fresh);
    first.begin(&memory, event(1));
    assert_eq!(first.entry(&memory, event(1)), Entry::Ours);
    assert_eq!(second.entry(&memory, event(1)), Entry::Others("one".to_owned()));
    let answer = Object::new().with("a", &1).end();
    first.answered(&memory, event(1), &answer);
    assert_eq!(second.entry(&memory, event(1)), Entry::Done(answer.clone()));
    assert_eq!(second.unsettled(&memory), vec![(event(1), answer)]);
    second.settled(&memory, event(1));
    assert_eq!(first.entry(&memory, event(1)), Entry::Settled, "it is never begun again");
    second.advance(&memory, event(1));
    assert_eq!(memory.names("x:"), Vec::<String>::new(), "before the cursor nothing is kept");
    assert_eq!(first.entry(&memory, event(1)), Entry::Settled);
}

#[wasm_bindgen_test]
fn a_later_load_forgets_what_an_earlier_one_settled() {
    let memory = memory("takeover");
    Journal::new("one".to_owned()).settled(&memory, event(2));
    let later = Journal::new("two".to_owned());
    later.take_over(&memory);
    later.advance(&memory, event(3));
    assert_eq!(memory.names("x:"), Vec::<String>::new());
}

#[wasm_bindgen_test]
fn the_cursor_never_goes_back() {
    let memory = memory("cursor");
    let journal = Journal::new("one".to_owned());
    journal.advance(&memory, event(5));
    journal.advance(&memory, event(3));
    assert_eq!(journal.cursor(&memory), event(5));
}

#[wasm_bindgen_test]
fn memories_of_two_sites_do_not_meet() {
    let (one, two) = (memory("one"), memory("two"));
    one.set("a", "1");
    assert_eq!(two.get("a"), None);
    two.clear_but("");
    assert_eq!(one.get("a").as_deref(), Some("1"));
    one.clear_but("");
    assert_eq!(one.names(""), Vec::<String>::new());
}

#[wasm_bindgen_test]
fn a_message_waits_over_loads_until_it_is_acknowledged() {
    let memory = memory("message");
    let outbox = Outbox::new("one");
    outbox.message(&memory, "k1", "hello");
    assert_eq!(Outbox::unsent(&memory), vec![("k1".to_owned(), "hello".to_owned())]);
    assert_eq!(outbox.acknowledged(&memory, "k1"), Some(Sent::Message("k1".to_owned())));
    assert_eq!(outbox.acknowledged(&memory, "k1"), None, "once");
    assert!(Outbox::unsent(&memory).is_empty());
}

#[wasm_bindgen_test]
fn an_answer_sent_again_waits_once() {
    let memory = memory("answer");
    let outbox = Outbox::new("one");
    let body = Object::new().with("dataType", &"commandResponse").end();
    outbox.answer(event(4), &body);
    outbox.answer(event(4), &body);
    let reference = format!("x:{}", event(4));
    assert_eq!(outbox.acknowledged(&memory, &reference), Some(Sent::Answer(event(4))));
    assert_eq!(outbox.waiting(&reference), None);
}

#[wasm_bindgen_test]
fn of_facts_the_oldest_gives_way() {
    let memory = memory("facts");
    let outbox = Outbox::new("one");
    for _ in 0..=MOST {
        outbox.tell("visitorEvent", &Json::null());
    }
    assert_eq!(outbox.acknowledged(&memory, "one.1"), None);
    assert_eq!(outbox.acknowledged(&memory, "one.2"), Some(Sent::Fact));
}
