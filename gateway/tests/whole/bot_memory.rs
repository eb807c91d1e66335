//! What bots remember, and for whom: from scripts in a real gateway.

use crate::support;
use crate::support::bot::{Bench, CONFIG, config};
use crate::support::{Gateway, ORIGIN, SITE, Visitor, text};
use docent_gateway::config::Draft;
use http::Method;
use serde_json::{Value, json};

async fn again(gateway: &Gateway, earlier: &Visitor) -> Visitor {
    let request = gateway.request(Method::POST, "/conversation", &earlier.token).header("Origin", ORIGIN);
    let response = request.json(&json!({"siteKey": SITE})).send().await.expect("an answer");
    let body: Value = response.json().await.expect("JSON");
    Visitor { id: text(&body, "conversationId"), token: text(&body, "visitorToken"), body }
}

/// A gateway whose configuration says more, or something else.
async fn with(script: &str, change: impl Fn(String) -> String) -> Bench {
    let dir = tempfile::tempdir().expect("a directory");
    let plain = config(dir.path(), script);
    let text = change(CONFIG.replace("DIR", dir.path().to_str().expect("a path")));
    let mut changed = Draft::parse(&text).expect("a configuration").with_secret(plain.secret);
    changed.data_dir = plain.data_dir;
    Bench { gateway: Gateway::start_with(changed).await, dir }
}

#[tokio::test]
async fn a_greeting_knows_what_the_users_last_conversation_left() {
    let script = "function onSessionCreated() { print(`hello ${BotUserSession.get('name') ?? 'stranger'}`) }
        function onMessageReceived(e) { BotUserSession.put('name', e.message.text, 60); print('noted') }";
    let bench = Bench::new(script).await;
    let mut visitor = bench.gateway.visitor().await;
    bench.says(&visitor, "hello stranger").await;
    bench.say(&visitor, "Mary").await;
    bench.says(&visitor, "noted").await;
    for _ in 0..10 {
        visitor = again(&bench.gateway, &visitor).await;
        bench.says(&visitor, "hello Mary").await;
    }
    let other = bench.gateway.visitor().await;
    bench.says(&other, "hello stranger").await;
}

#[tokio::test]
async fn each_scope_reaches_as_far_as_it_says_and_no_further() {
    let script = "function onMessageReceived(e) {
        if (e.message.text === 'put') {
            for (const scope of [EnterpriseContext, BotContext, UserSession, BotUserSession]) scope.put('k', 'mine', 5);
            print('stored');
        } else {
            print([EnterpriseContext, BotContext, UserSession, BotUserSession].map((scope) => scope.get('k') ?? '-').join());
        }
    }";
    let elsewhere = |text: String| text.replace("key = \"other\"", "key = \"other\"\nchannel = \"support\"");
    let bench = with(script, elsewhere).await;
    let visitor = bench.gateway.visitor().await;
    bench.say(&visitor, "put").await;
    bench.says(&visitor, "stored").await;
    let next = again(&bench.gateway, &visitor).await;
    bench.say(&next, "get").await;
    bench.says(&next, "mine,mine,mine,mine").await;
    let stranger = bench.gateway.visitor().await;
    bench.say(&stranger, "get").await;
    bench.says(&stranger, "mine,mine,-,-").await;

    // The same bot on another site: nothing of this one's, though the visitor shows this one's token.
    let begun = bench.gateway.request(Method::POST, "/conversation", &visitor.token);
    let begun = begun.header("Origin", "https://other.example").json(&json!({"siteKey": "other"}));
    let begun: Value = begun.send().await.expect("an answer").json().await.expect("JSON");
    let id = text(&begun, "conversationId");
    bench.gateway.say(&id, &text(&begun, "visitorToken"), &support::message("get")).await;
    let agent = bench.gateway.token(&support::claims(docent_protocol::event::Role::Agent, "other", "eve"));
    let said = async || {
        let page = bench.gateway.get(&format!("/conversation/{id}/events?dataType=message"), &agent).await;
        let page: Value = page.json().await.expect("JSON");
        page["events"].as_array().and_then(|events| events.get(1)).map(|event| text(&event["data"], "text"))
    };
    for _ in 0..400 {
        if let Some(said) = said().await {
            assert_eq!(said, "-,-,-,-");
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    panic!("the bot of the other site says nothing");
}

/// What a visitor typed into the form is `_fields_`; a friendly name is `_labels_`.
#[tokio::test]
async fn the_standard_keys_hold_what_was_filled_in() {
    let script = r#"function onMessageReceived() {
        const [id, title, workspace] = [7, "Task", { id: _fields_["workspace"] }];
        print('<a href="https://app.asana.com/0/' + workspace.id + '/' + id + '/f" target="_blank">' + title + '</a> in workspace '+_labels_[workspace.id]);
    }"#;
    let form = |text: String| {
        format!("{text}\n[[channel.pre_chat]]\nname = \"workspace\"\nlabel = {{ en = \"Workspace\" }}\n")
    };
    let moved = |text: String| {
        let (before, after) = text.split_once("\n[[site]]").expect("a site");
        format!("{}\n[[site]]{after}", form(before.to_owned()))
    };
    let bench = with(script, moved).await;
    let visitor = bench.gateway.visitor().await;
    let path = format!("/conversation/{}/session/form", visitor.id);
    let filled = bench
        .gateway
        .post(&path, &visitor.token, &json!({"form": "preChat", "fields": {"workspace": "15379386734832"}}))
        .await;
    assert_eq!(filled.status(), 200, "{}", filled.text().await.unwrap_or_default());
    bench.say(&visitor, "go").await;
    let link =
        "<a href=\"https://app.asana.com/0/15379386734832/7/f\" target=\"_blank\">Task</a> in workspace roadlabs.com";
    bench.says(&visitor, link).await;
}

/// The visitor's words under a key, until the session ends.
#[tokio::test]
async fn session_data_holds_what_a_visitor_said_until_the_session_ends() {
    let script = r#"function onMessageReceived(e) {
        const session = zoho.salesiq.visitorsession;
        if (e.message.text === "which") return print(session.get("portal_1", "visitorEmail", "c").data.visitorEmail ?? "none");
        const answers = new Map([["email", new Map([["text", e.message.text]])]]);
        const visitor_email = answers.get("email").get("text");
        const session_map = new Map(); session_map.set("visitorEmail", visitor_email);
        print(session.set("portal_1", session_map, "salesIqConnection").url);
    }"#;
    let bench = Bench::new(script).await;
    let visitor = bench.gateway.visitor().await;
    bench.say(&visitor, "mary@shop.example").await;
    bench.says(&visitor, "/api/v2/portal_1/visitorsessions").await;
    bench.say(&visitor, "which").await;
    bench.says(&visitor, "mary@shop.example").await;
    let path = format!("/conversation/{}/end", visitor.id);
    assert_eq!(bench.gateway.post(&path, &bench.gateway.agent(), &json!({})).await.status(), 202);
    let next = again(&bench.gateway, &visitor).await;
    bench.say(&next, "which").await;
    bench.says(&next, "none").await;
}

#[tokio::test]
async fn the_faq_is_searched_and_what_is_not_near_enough_is_no_answer() {
    let script = "function onMessageReceived(e) { print(searchFaq(e.message.text)?.answer ?? 'I do not know') }";
    let bench =
        with(script, |text| text.replace("bot = \"helper\"", "bot = \"helper\"\nfaq = { threshold = 0.5 }")).await;
    let entry = json!({"question": "How long does delivery take?", "answer": "Two days", "language": "en"});
    assert_eq!(bench.gateway.post("/faq", &bench.gateway.agent(), &entry).await.status(), 201);
    let visitor = bench.gateway.visitor().await;
    bench.say(&visitor, "how long do deliveries take").await;
    bench.says(&visitor, "Two days").await;
    bench.say(&visitor, "painted ceilings").await;
    bench.says(&visitor, "I do not know").await;
    let without = Bench::new(script).await;
    let visitor = without.gateway.visitor().await;
    without.say(&visitor, "how long do deliveries take").await;
    without.says(&visitor, "I do not know").await;
}
