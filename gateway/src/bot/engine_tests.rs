use super::*;
use serde_json::json;
use std::time::Instant;

/// Notes what it is asked, and answers like an echo.
#[derive(Default)]
struct Echo(Mutex<Vec<(String, Vec<Value>)>>);

#[async_trait]
impl Host for Echo {
    fn call(&self, name: &str, args: Vec<Value>) -> Result<Value, String> {
        lock(&self.0).push((name.to_owned(), args.clone()));
        match name {
            "resetChat" => Err("it cannot be handed off".to_owned()),
            _ => Ok(args.into_iter().next().unwrap_or_default()),
        }
    }

    fn begin(&self, name: &str, args: Vec<Value>) -> BoxFuture<'static, Result<Value, String>> {
        lock(&self.0).push((name.to_owned(), args.clone()));
        let kind = args.first().cloned().unwrap_or_default();
        Box::pin(async move {
            tokio::time::sleep(Duration::from_millis(10)).await;
            match kind.as_str() {
                Some("never") => std::future::pending().await,
                Some("fails") => Err("it failed".to_owned()),
                _ => Ok(json!({"status": "success", "type": kind})),
            }
        })
    }
}

fn source(text: &str) -> Source {
    Source { file: "test.js".into(), text: text.into() }
}

fn event() -> Value {
    json!({
        "chatSession": {"id": 7, "topicId": 1, "status": 4}, "chatTopic": {"name": "support", "botName": "echo"},
        "message": {"text": "hello"},
        "_tenant_": "shop.example", "_labels_": {"1": "One"}, "_fields_": {"workspace": "1"}, "_last_run": "",
    })
}

async fn asked(text: &str, limits: Limits) -> (Result<(), Fault>, Vec<(String, Vec<Value>)>) {
    let host = Arc::new(Echo::default());
    let result = call(&source(text), "onMessageReceived", &[event()], limits, host.clone()).await;
    let asked = lock(&host.0).clone();
    (result, asked)
}

async fn printed(text: &str) -> Vec<Value> {
    let (result, asked) = asked(text, Limits::default()).await;
    assert_eq!(result, Ok(()), "{text}");
    asked.into_iter().filter(|(name, _)| name == "log").map(|(_, mut args)| args.remove(1)).collect()
}

async fn fault(text: &str) -> Fault {
    let limits = Limits { time: Duration::from_millis(150), memory: 4 << 20, ..Limits::default() };
    asked(text, limits).await.0.expect_err("stopped")
}

#[tokio::test]
async fn every_way_to_write_a_function_is_found_and_none_is_no_fault() {
    for text in [
        "function onMessageReceived(e) { console.log(e.message.text) }",
        "async function onMessageReceived(e) { await null; console.log(e.message.text) }",
        "const onMessageReceived = (e) => console.log(e.message.text)",
        "var onMessageReceived = async function ({message}) { console.log(message.text) }",
    ] {
        assert_eq!(printed(text).await, ["hello"], "{text}");
    }
    assert_eq!(printed("function onSomethingElse() { console.log(1) }").await, [Value::Null; 0]);
}

#[tokio::test]
async fn input_values_are_read_by_path() {
    let text = "function onMessageReceived() {
        const ed = getEventData();
        console.log(ed.getInputValue('chatTopic.botName'));
        console.log(ed.getInputValue('chatSession.id').toInteger() + 1);
        console.log(ed.getInputValue('chatSession.nothing.here'));
        console.log(_tenant_, _labels_['1'], labels[1], _fields_['workspace']);
    }";
    assert_eq!(printed(text).await, ["echo", "8", "", "shop.example One One 1"]);
}

#[tokio::test]
async fn a_promise_is_waited_for_whether_or_not_it_is_returned() {
    let text = "function onMessageReceived() {
        visitor.command('highlightDom', {selector: '//a'}).then((answer) => console.log(answer.status, answer.type));
        Promise.all([visitor.request('getLocalTime'), visitor.request('fails').catch((e) => e.message)])
            .then(([one, two]) => console.log(one.type, two));
    }";
    assert_eq!(printed(text).await, ["success highlightDom", "getLocalTime it failed"]);
}

#[tokio::test]
async fn an_exception_is_told_with_file_and_line() {
    for (text, place) in [
        ("function onMessageReceived() {\n  nothing.here();\n}", "test.js:2"),
        ("async function onMessageReceived() {\n\n  await null; throw new TypeError('x');\n}", "test.js:3"),
        ("\n\n\nlet = = 1", "test.js:4"),
        ("function onMessageReceived() {\n  resetChat(1);\n}", "test.js:2"),
    ] {
        let fault = fault(text).await;
        assert!(fault.place().starts_with(place), "{text}: {fault:?}");
    }
}

#[tokio::test]
async fn an_endless_loop_is_stopped() {
    for text in [
        "while (true) {}",
        "function onMessageReceived() { for (;;) {} }",
        "function onMessageReceived() { try { for (;;) {} } finally { for (;;) {} } }",
        "async function onMessageReceived() { for (;;) await null }",
        "function onMessageReceived() { /(x+x+)+y/.test('x'.repeat(64)) }",
        "function onMessageReceived() { Array.prototype.indexOf.call({length: 2 ** 53 - 1}, 1) }",
        "function onMessageReceived() { Array(1000).fill(1).sort(() => { for (;;) {} }) }",
        "function onMessageReceived() { JSON.stringify({toJSON() { for (;;) {} }}) }",
        "function onMessageReceived() { const f = () => { Promise.resolve().then(() => f()) }; f() }",
        "function onMessageReceived() { new Proxy({}, {get() { for (;;) {} }}).x }",
    ] {
        let began = Instant::now();
        assert_eq!(fault(text).await, Fault::Time(Duration::from_millis(150)), "{text}");
        assert!(began.elapsed() < Duration::from_secs(10), "{text}: {:?}", began.elapsed());
    }
}

#[tokio::test]
async fn a_memory_bomb_is_stopped() {
    for text in [
        "function onMessageReceived() { let s = 'x'; for (;;) s += s }",
        "function onMessageReceived() { const a = []; for (;;) a.push(new Array(1000).fill(1)) }",
        "function onMessageReceived() { return new ArrayBuffer(2 ** 30) }",
        "function onMessageReceived() { 'x'.repeat(2 ** 28) }",
        "let s = 'x'; for (;;) s += s",
    ] {
        let fault = fault(text).await;
        assert!(matches!(fault, Fault::Memory(_) | Fault::Time(_) | Fault::Thrown { .. }), "{text}: {fault:?}");
    }
    let caught =
        "function onMessageReceived() { const a = []; for (;;) try { for (;;) a.push('x'.repeat(1e4)) } catch {} }";
    assert_eq!(fault(caught).await, Fault::Time(Duration::from_millis(150)), "who catches it gains nothing");
}

#[tokio::test]
async fn deep_recursion_is_stopped() {
    for text in [
        "function onMessageReceived() { onMessageReceived() }",
        "function onMessageReceived() { const f = (n) => f(n + 1) + 1; f(0) }",
        "function onMessageReceived() { let a = []; for (let n = 0; n < 1e5; n++) a = [a]; JSON.stringify(a) }",
        "function onMessageReceived() { const o = {get x() { return this.x }}; o.x }",
        "function onMessageReceived() { new RegExp('('.repeat(1e5) + ')'.repeat(1e5)) }",
    ] {
        let fault = fault(text).await;
        assert!(matches!(fault, Fault::Thrown { .. } | Fault::Time(_) | Fault::Memory(_)), "{text}: {fault:?}");
    }
}

#[tokio::test]
async fn a_promise_that_nothing_settles_is_no_endless_wait() {
    let fault = fault("async function onMessageReceived() { await new Promise(() => {}) }").await;
    assert!(fault.to_string().contains("nothing settles"), "{fault}");
    let limits = Limits { patience: Duration::from_millis(100), ..Limits::default() };
    let (result, _) = asked("function onMessageReceived() { return visitor.command('never') }", limits).await;
    assert_eq!(result, Err(Fault::Patience(limits.patience)));
}

#[tokio::test]
async fn what_a_script_does_to_its_prototypes_stays_in_its_call() {
    let host = Arc::new(Echo::default());
    let hostile = "
        for (const kind of [Object, Array, String, Promise, Map, Function, JSON, Reflect]) {
            for (const name of Object.getOwnPropertyNames(kind.prototype ?? kind)) {
                try { (kind.prototype ?? kind)[name] = () => { throw new Error('mine') } } catch {}
            }
        }
        function onMessageReceived() { globalThis.stained = true; print('x') }";
    let _ = call(&source(hostile), "onMessageReceived", &[event()], Limits::default(), host.clone()).await;
    let next = "function onMessageReceived() { console.log(typeof stained, [1].map((n) => n + 1)[0]) }";
    assert_eq!(printed(next).await, ["undefined 2"]);
}

#[tokio::test]
async fn there_is_no_way_to_the_host() {
    let text = "function onMessageReceived() {
        const names = ['require', 'process', 'os', 'std', 'Deno', 'Bun', 'WebAssembly', 'Worker', 'import'];
        console.log(names.filter((name) => name in globalThis).join());
        console.log(Object.getOwnPropertyNames(globalThis).filter((name) => name.startsWith('__')).join());
        const reach = (0, eval)('this').constructor.constructor('return this')();
        console.log(reach === globalThis);
        console.log(typeof visitor.command.constructor('return door'));
        try { visitor.command.constructor('return door')() } catch (e) { console.log(e.name) }
        try { visitor.command.caller } catch (e) { console.log(e.name) }
    }";
    assert_eq!(printed(text).await, ["", "__settle,__enter", "true", "function", "ReferenceError", "TypeError"]);
    assert!(
        fault("import('os').then((os) => os.exit())\nasync function onMessageReceived() { await import('std') }")
            .await
            .to_string()
            .len()
            > 1
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hostile_script_does_not_hold_up_others() {
    let loops: Vec<_> = (0..4).map(|_| tokio::spawn(fault("for (;;) {}"))).collect();
    let began = Instant::now();
    assert_eq!(printed("function onMessageReceived() { console.log(1) }").await, ["1"]);
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    for stopped in loops {
        assert_eq!(stopped.await.expect("ended"), Fault::Time(Duration::from_millis(150)));
    }
}
