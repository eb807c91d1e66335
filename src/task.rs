//! Tasks. The only place that spawns; a task ends when its [`Scope`] is dropped.
//!
//! A small executor of its own, because `wasm-bindgen-futures` calls back from the browser through closures that
//! `dom` does not own: a panic there would throw into the page.

use crate::dom::{Registration, shim};
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use wasm_bindgen::JsValue;

type Job = Pin<Box<dyn Future<Output = ()>>>;

/// A task's future is out of its place while it is polled.
struct Task {
    id: u32,
    job: Option<Job>,
}

thread_local! {
    static TASKS: RefCell<Vec<Task>> = const { RefCell::new(Vec::new()) };
    static READY: RefCell<VecDeque<u32>> = const { RefCell::new(VecDeque::new()) };
    static TURN: RefCell<Option<Registration>> = const { RefCell::new(None) };
    static NEXT: Cell<u32> = const { Cell::new(0) };
}

struct Alarm(u32);

impl Wake for Alarm {
    fn wake(self: Arc<Self>) {
        wake(self.0);
    }
}

fn wake(id: u32) {
    // A task that is being cancelled wakes itself as its timers go.
    if !TASKS.with_borrow(|tasks| tasks.iter().any(|task| task.id == id)) {
        return;
    }
    READY.with_borrow_mut(|ready| {
        if !ready.contains(&id) {
            ready.push_back(id);
        }
    });
    if TURN.with_borrow(Option::is_none) {
        let turn = Registration::new(
            Rc::new(|_| {
                run();
                JsValue::UNDEFINED
            }),
            shim::soon,
        );
        TURN.set(Some(turn));
    }
}

fn run() {
    drop(TURN.take());
    while let Some(id) = READY.with_borrow_mut(VecDeque::pop_front) {
        let job = with_task(id, |task| task.job.take()).flatten();
        let Some(mut job) = job else { continue };
        let waker = Waker::from(Arc::new(Alarm(id)));
        match job.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(()) => cancel(id),
            // Cancelled while it ran: the place is gone and the job goes with it.
            Poll::Pending => {
                let mut job = Some(job);
                with_task(id, |task| task.job = job.take());
            }
        }
    }
}

fn with_task<T>(id: u32, act: impl FnOnce(&mut Task) -> T) -> Option<T> {
    TASKS.with_borrow_mut(|tasks| tasks.iter_mut().find(|task| task.id == id).map(act))
}

fn cancel(id: u32) {
    let task = TASKS.with_borrow_mut(|tasks| {
        let at = tasks.iter().position(|task| task.id == id)?;
        Some(tasks.swap_remove(at))
    });
    drop(task);
}

/// The door is shut: no turn comes any more, and no task goes on. Tasks that hold what owns their scope end here too.
pub(crate) fn shut() {
    drop(TASKS.take());
    READY.take();
    drop(TURN.take());
}

/// How many tasks are under way. For tests of what is left behind.
pub fn running() -> usize {
    TASKS.with_borrow(Vec::len)
}

/// Owns tasks: dropping it cancels those that have not ended.
#[must_use = "dropping it cancels its tasks"]
#[derive(Default)]
pub struct Scope {
    ids: RefCell<Vec<u32>>,
}

impl Scope {
    /// A scope without tasks.
    pub fn new() -> Self {
        Self::default()
    }

    /// Starts a task at the end of this turn.
    pub fn spawn(&self, job: impl Future<Output = ()> + 'static) {
        self.spawn_boxed(Box::pin(job));
    }

    fn spawn_boxed(&self, job: Job) {
        let id = NEXT.replace(NEXT.get().wrapping_add(1));
        TASKS.with_borrow_mut(|tasks| tasks.push(Task { id, job: Some(job) }));
        let mut ids = self.ids.borrow_mut();
        ids.retain(|id| TASKS.with_borrow(|tasks| tasks.iter().any(|task| task.id == *id)));
        ids.push(id);
        drop(ids);
        wake(id);
    }
}

impl Drop for Scope {
    fn drop(&mut self) {
        for id in self.ids.take() {
            cancel(id);
        }
    }
}

struct Place<T> {
    value: Option<T>,
    waker: Option<Waker>,
    given_up: bool,
}

/// Fills a [`slot`]. Dropping it unfilled ends the wait with `None`.
pub struct Filler<T>(Rc<RefCell<Place<T>>>);

/// Waits for a [`slot`] to be filled. `None` where nobody can fill it any more.
pub struct Waiting<T>(Rc<RefCell<Place<T>>>);

/// A place for one value, filled here and awaited there.
pub fn slot<T>() -> (Filler<T>, Waiting<T>) {
    let place = Rc::new(RefCell::new(Place { value: None, waker: None, given_up: false }));
    (Filler(place.clone()), Waiting(place))
}

impl<T> Filler<T> {
    /// Gives the value; a second one is dropped.
    pub fn fill(&self, value: T) {
        let waker = {
            let mut place = self.0.borrow_mut();
            if place.value.is_none() {
                place.value = Some(value);
            }
            place.waker.take()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

impl<T> Drop for Filler<T> {
    fn drop(&mut self) {
        let waker = {
            let mut place = self.0.borrow_mut();
            place.given_up = true;
            place.waker.take()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

impl<T> Future for Waiting<T> {
    type Output = Option<T>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<T>> {
        let mut place = self.0.borrow_mut();
        match place.value.take() {
            Some(value) => Poll::Ready(Some(value)),
            None if place.given_up => Poll::Ready(None),
            None => {
                place.waker = Some(cx.waker().clone());
                Poll::Pending
            }
        }
    }
}

/// Gives what ends first; the other is dropped.
pub async fn either<A, B>(first: impl Future<Output = A>, second: impl Future<Output = B>) -> Either<A, B> {
    let mut first = std::pin::pin!(first);
    let mut second = std::pin::pin!(second);
    std::future::poll_fn(move |cx| {
        if let Poll::Ready(value) = first.as_mut().poll(cx) {
            return Poll::Ready(Either::First(value));
        }
        second.as_mut().poll(cx).map(Either::Second)
    })
    .await
}

/// Which of two ended first.
pub enum Either<A, B> {
    /// The first.
    First(A),
    /// The second.
    Second(B),
}
