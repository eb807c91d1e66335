//! Runs one function of a bot's script: a QuickJS of its own for every call, with limits on memory, stack and time.
//!
//! JavaScript runs on threads for blocking work, in slices: while it waits for something, no thread waits with it. All
//! that passes between script and gateway is JSON text; a script holds no object of ours.

use async_trait::async_trait;
use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use rquickjs::context::EvalOptions;
use rquickjs::{CaughtError, Context, Ctx, Exception, Function, Object, Runtime};
use rustix::time::{ClockId, clock_gettime};
use serde_json::Value;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::timeout;

/// Memory to be stopped with.
const RESERVE: usize = 64 * 1024;

const PRELUDE: &str = include_str!("prelude.js");

/// How much one call may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of memory.
    pub memory: usize,
    /// Bytes of stack.
    pub stack: usize,
    /// Processor time.
    pub time: Duration,
    /// From beginning to end, what it waits for included.
    pub patience: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            memory: 16 * 1024 * 1024,
            stack: 256 * 1024,
            time: Duration::from_millis(500),
            patience: Duration::from_secs(30),
        }
    }
}

/// A script.
#[derive(Clone, Debug)]
pub struct Source {
    /// Its file, as errors name it.
    pub file: Arc<str>,
    /// Its text.
    pub text: Arc<str>,
}

/// What a script may ask of the gateway.
#[async_trait]
pub trait Host: Send + Sync + 'static {
    /// Does something at once. It may block. The error is thrown into the script.
    fn call(&self, name: &str, args: Vec<Value>) -> Result<Value, String>;

    /// Begins something whose end the script may await. What it does before its future is polled may block.
    fn begin(&self, name: &str, args: Vec<Value>) -> BoxFuture<'static, Result<Value, String>>;
}

/// Why a call did not end well.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub enum Fault {
    /// The script threw.
    #[error("{message}")]
    Thrown {
        /// What it threw, in words. May hold what visitors wrote.
        message: String,
        /// Where: `FILE:LINE`, innermost first, where the engine knows.
        place: String,
    },
    /// It used up its processor time.
    #[error("the script ran longer than {0:?}")]
    Time(Duration),
    /// It used up its memory.
    #[error("the script needed more than {0} bytes of memory")]
    Memory(usize),
    /// What it waited for did not come.
    #[error("the script waited longer than {0:?}")]
    Patience(Duration),
    /// The engine could not run.
    #[error("the script's engine failed: {0}")]
    Engine(String),
}

impl Fault {
    /// `FILE:LINE`, where it is known.
    pub fn place(&self) -> &str {
        match self {
            Self::Thrown { place, .. } => place,
            _ => "",
        }
    }
}

type Begun = BoxFuture<'static, (u32, Result<Value, String>)>;

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Processor time of the thread that asks, in nanoseconds.
fn thread_time() -> i64 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    time.tv_sec.saturating_mul(1_000_000_000).saturating_add(time.tv_nsec)
}

/// A script in its engine, between two slices.
struct Machine {
    context: Context,
    limits: Limits,
    /// Processor time left, in nanoseconds.
    left: i64,
    /// The thread's time at which the running slice is to be stopped.
    stop_at: Arc<AtomicI64>,
    begun: Arc<Mutex<Vec<Begun>>>,
    /// What the function came to, once it has.
    ended: Arc<Mutex<Option<Result<(), Fault>>>>,
}

/// Calls a function of the script, where the script has it, and waits until all that it began has ended.
pub async fn call(
    source: &Source,
    function: &'static str,
    args: &[Value],
    limits: Limits,
    host: Arc<dyn Host>,
) -> Result<(), Fault> {
    run(source, function, args, limits, host).await.map_err(|fault| match fault {
        // The engine says so when it gives up.
        Fault::Thrown { message, .. } if message.ends_with("out of memory") => Fault::Memory(limits.memory),
        fault => fault,
    })
}

async fn run(
    source: &Source,
    function: &'static str,
    args: &[Value],
    limits: Limits,
    host: Arc<dyn Host>,
) -> Result<(), Fault> {
    let (source, args) = (source.clone(), Value::from(args).to_string());
    let mut machine = slice(move || {
        let mut machine = Machine::new(limits, host)?;
        machine.run(|ctx, machine| {
            load(ctx, &source)?;
            invoke(ctx, function, &args, machine.ended.clone())
        })?;
        Ok(machine)
    })
    .await?;
    let mut begun = FuturesUnordered::new();
    let all = async {
        loop {
            begun.extend(lock(&machine.begun).drain(..));
            if let Some(Err(fault)) = lock(&machine.ended).clone() {
                return Err(fault);
            }
            let Some((id, result)) = begun.next().await else { break };
            let context = machine;
            machine = slice(move || {
                let mut machine = context;
                machine.run(|ctx, _| settle(ctx, id, &result))?;
                Ok(machine)
            })
            .await?;
        }
        // Nothing is left that it could wait for.
        let ended = lock(&machine.ended).take();
        let never = || Fault::Thrown {
            message: "the function waits for a promise that nothing settles".to_owned(),
            place: String::new(),
        };
        ended.unwrap_or_else(|| Err(never()))
    };
    timeout(limits.patience, all).await.unwrap_or(Err(Fault::Patience(limits.patience)))
}

async fn slice<T: Send + 'static>(work: impl FnOnce() -> Result<T, Fault> + Send + 'static) -> Result<T, Fault> {
    tokio::task::spawn_blocking(work).await.map_err(|error| Fault::Engine(error.to_string()))?
}

impl Machine {
    fn new(limits: Limits, host: Arc<dyn Host>) -> Result<Self, Fault> {
        let engine = |error: rquickjs::Error| Fault::Engine(error.to_string());
        let runtime = Runtime::new().map_err(engine)?;
        runtime.set_memory_limit(limits.memory);
        runtime.set_max_stack_size(limits.stack);
        let stop_at = Arc::new(AtomicI64::new(i64::MAX));
        let context = Context::full(&runtime).map_err(engine)?;
        runtime.set_interrupt_handler(Some(stop_in_time(&context, limits, stop_at.clone())));
        let left = i64::try_from(limits.time.as_nanos()).unwrap_or(i64::MAX);
        let begun = Arc::default();
        let machine = Self { context, limits, left, stop_at, begun, ended: Arc::default() };
        machine.context.with(|ctx| install(&ctx, &host, &machine.begun)).map_err(engine)?;
        Ok(machine)
    }

    /// Runs a slice, and whatever has become due in it.
    fn run(&mut self, work: impl for<'js> FnOnce(&Ctx<'js>, &Self) -> rquickjs::Result<()>) -> Result<(), Fault> {
        let began = thread_time();
        self.stop_at.store(began.saturating_add(self.left), Ordering::Relaxed);
        let worked = self.context.with(|ctx| work(&ctx, self).map_err(|error| told(&ctx, error)));
        let mut result = worked;
        while result.is_ok() && self.context.runtime().is_job_pending() {
            let job = self.context.runtime().execute_pending_job();
            result = job.map(drop).map_err(|failed| failed.0.with(|ctx| told(&ctx, rquickjs::Error::Exception)));
        }
        self.left -= thread_time().saturating_sub(began);
        self.stop_at.store(i64::MAX, Ordering::Relaxed);
        if self.left <= 0 {
            return Err(Fault::Time(self.limits.time));
        }
        result.map_err(|(message, place)| Fault::Thrown { message, place })
    }
}

/// Stops a script at its time, even one that has used up its memory and catches what that throws: the engine needs some
/// to throw what cannot be caught.
fn stop_in_time(context: &Context, limits: Limits, stop_at: Arc<AtomicI64>) -> Box<dyn FnMut() -> bool + Send> {
    let runtime = context.with(|ctx| {
        // SAFETY: the pointer is a live context's, whose lock is held.
        unsafe { rquickjs::qjs::JS_GetRuntime(ctx.as_raw().as_ptr()) }.expose_provenance()
    });
    Box::new(move || {
        let over = thread_time() > stop_at.load(Ordering::Relaxed);
        if over {
            // SAFETY: the runtime calls this, so it lives, and its lock is held by this thread.
            unsafe {
                let runtime = std::ptr::with_exposed_provenance_mut(runtime);
                rquickjs::qjs::JS_SetMemoryLimit(runtime, limits.memory.saturating_add(RESERVE) as _);
            }
        }
        over
    })
}

/// Puts the gateway's functions, and what is built on them, into the global object.
fn install(ctx: &Ctx<'_>, host: &Arc<dyn Host>, begun: &Arc<Mutex<Vec<Begun>>>) -> rquickjs::Result<()> {
    let door = Object::new(ctx.clone())?;
    let calls = host.clone();
    let call = move |ctx: Ctx<'_>, name: String, args: String| -> rquickjs::Result<String> {
        match calls.call(&name, arguments(&args)) {
            Ok(value) => Ok(value.to_string()),
            Err(error) => Err(Exception::throw_message(&ctx, &error)),
        }
    };
    door.set("call", Function::new(ctx.clone(), call)?)?;
    let (begins, begun) = (host.clone(), begun.clone());
    let begin = move |id: u32, name: String, args: String| {
        let future = begins.begin(&name, arguments(&args));
        lock(&begun).push(Box::pin(async move { (id, future.await) }));
    };
    door.set("begin", Function::new(ctx.clone(), begin)?)?;
    let mut options = EvalOptions::default();
    options.filename = Some("docent".to_owned());
    let prelude: Function<'_> = ctx.eval_with_options(PRELUDE, options)?;
    prelude.call((door,))
}

fn arguments(json: &str) -> Vec<Value> {
    match serde_json::from_str(json) {
        Ok(Value::Array(args)) => args,
        _ => Vec::new(),
    }
}

fn load(ctx: &Ctx<'_>, source: &Source) -> rquickjs::Result<()> {
    let mut options = EvalOptions::default();
    options.strict = false;
    options.filename = Some(source.file.to_string());
    ctx.eval_with_options::<(), _>(source.text.as_bytes(), options)
}

/// Calls the function, where there is one, and notes what it comes to.
fn invoke(
    ctx: &Ctx<'_>,
    function: &'static str,
    args: &str,
    ended: Arc<Mutex<Option<Result<(), Fault>>>>,
) -> rquickjs::Result<()> {
    // A `const` is no member of the global object: only code sees it. The name is one of ours.
    let mut options = EvalOptions::default();
    options.strict = false;
    options.filename = Some("docent".to_owned());
    let found: Option<Function<'_>> = ctx
        .eval_with_options::<rquickjs::Value<'_>, _>(
            format!("typeof {function} === 'function' ? {function} : undefined"),
            options,
        )?
        .into_function();
    let Some(found) = found else {
        *lock(&ended) = Some(Ok(()));
        return Ok(());
    };
    let note = move |error: Option<String>, place: Option<String>| {
        let thrown = |message| Fault::Thrown { message, place: lines(&place.unwrap_or_default()) };
        *lock(&ended) = Some(error.map_or(Ok(()), |message| Err(thrown(message))));
    };
    let enter: Function<'_> = ctx.globals().get("__enter")?;
    enter.call((found, args, Function::new(ctx.clone(), note)?))
}

fn settle(ctx: &Ctx<'_>, id: u32, result: &Result<Value, String>) -> rquickjs::Result<()> {
    let settle: Function<'_> = ctx.globals().get("__settle")?;
    match result {
        Ok(value) => settle.call((id, value.to_string(), ())),
        Err(error) => settle.call((id, (), error.as_str())),
    }
}

/// What was thrown, and where.
fn told(ctx: &Ctx<'_>, error: rquickjs::Error) -> (String, String) {
    match CaughtError::from_error(ctx, error) {
        CaughtError::Exception(exception) => {
            let stack = exception.stack().unwrap_or_default();
            let name: String = exception.as_object().get("name").unwrap_or_default();
            let message = exception.message().unwrap_or_default();
            (if name.is_empty() { message } else { format!("{name}: {message}") }, lines(&stack))
        }
        CaughtError::Value(value) => {
            let text = value.as_string().and_then(|text| text.to_string().ok());
            (text.unwrap_or_else(|| "something that is no Error was thrown".to_owned()), String::new())
        }
        CaughtError::Error(error) => (error.to_string(), String::new()),
    }
}

/// The places a stack names, innermost first: `shop.js:3, shop.js:17`.
fn lines(stack: &str) -> String {
    let place = |line: &str| {
        let place = line.trim().strip_prefix("at ")?;
        let place = place.rsplit_once('(').map_or(place, |(_, inside)| inside.trim_end_matches(')'));
        let mut parts = place.rsplitn(3, ':');
        let (last, middle, rest) = (parts.next()?, parts.next(), parts.next());
        let (file, line) = match (middle, rest) {
            (Some(line), Some(file)) => (file, line),
            (Some(file), None) => (file, last),
            _ => return None,
        };
        (file != "docent" && line.parse::<u32>().is_ok()).then(|| format!("{file}:{line}"))
    };
    let places: Vec<_> = stack.lines().filter_map(place).take(5).collect();
    places.join(", ")
}

#[cfg(test)]
#[path = "engine_tests.rs"]
mod tests;
