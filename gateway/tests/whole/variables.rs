//! Variables and session data over HTTP.

use crate::support;
use crate::support::{Gateway, OTHER_SITE, SITE, Visitor, claims, problem};
use docent_protocol::event::Role;
use http::Method;
use serde_json::{Value, json};

async fn json(response: reqwest::Response, status: u16) -> Value {
    assert_eq!(response.status(), status);
    response.json().await.expect("JSON")
}

fn path(visitor: &Visitor, scope: &str, key: &str) -> String {
    format!("/conversation/{}/variables/{scope}/{key}", visitor.id)
}

#[tokio::test]
async fn a_bot_elsewhere_puts_gets_and_deletes() {
    let gateway = Gateway::start().await;
    let (visitor, bot) = (gateway.visitor().await, gateway.bot());
    let path = path(&visitor, "BotUserSession", "HomeLocation");
    let location = json!({"title": "Home", "value": {"latitude": 59.9, "longitude": 10.7}});
    let body = json!({"value": location, "ttl": "20000"});
    let put = gateway.request(Method::PUT, &path, &bot).json(&body).send().await.expect("an answer");
    let put = json(put, 200).await;
    assert_eq!((&put["key"], &put["value"]), (&json!("HomeLocation"), &location));
    assert!(put["expiresAt"].as_str().is_some_and(|at| at.ends_with('Z')), "{put}");
    assert_eq!(json(gateway.get(&path, &bot).await, 200).await, put);
    let delete = || async { gateway.request(Method::DELETE, &path, &bot).send().await.expect("an answer").status() };
    assert_eq!((delete().await.as_u16(), delete().await.as_u16()), (204, 204));
    problem(gateway.get(&path, &bot).await, 404).await;
}

#[tokio::test]
async fn what_is_wrong_is_told_with_its_field() {
    let gateway = Gateway::start().await;
    let (visitor, bot) = (gateway.visitor().await, gateway.bot());
    let refused = async |scope: &str, key: &str, body: Value, status| {
        let request = gateway.request(Method::PUT, &path(&visitor, scope, key), &bot).json(&body);
        problem(request.send().await.expect("an answer"), status).await
    };
    let dotted = refused("BotUserSession", "Company.name", json!({"value": 1}), 400).await;
    assert_eq!(dotted["field"], "key");
    assert!(dotted["detail"].as_str().is_some_and(|detail| detail.contains("delete context.session.")), "{dotted}");
    assert_eq!(refused("BotContext", "a", json!({"ttl": 1}), 400).await["field"], "value");
    assert_eq!(refused("BotContext", "a", json!({"value": 1, "ttl": "soon"}), 400).await["field"], "ttl");
    refused("UserContext", "firstName", json!({"value": "x"}), 403).await;
    refused("Nowhere", "a", json!({"value": 1}), 404).await;
}

#[tokio::test]
async fn the_user_context_is_what_the_page_claims() {
    let gateway = Gateway::start().await;
    let (visitor, bot) = (gateway.visitor().await, gateway.bot());
    let claim = |name: &str| json!({"dataType": "visitorEvent", "data": {"type": "claimsChanged", "claims": {"firstName": name}}});
    problem(gateway.get(&path(&visitor, "UserContext", "firstName"), &bot).await, 404).await;
    gateway.say(&visitor.id, &visitor.token, &claim("Mary")).await;
    gateway.say(&visitor.id, &visitor.token, &claim("Maria")).await;
    let name = json(gateway.get(&path(&visitor, "UserContext", "firstName"), &bot).await, 200).await;
    assert_eq!(name, json!({"key": "firstName", "value": "Maria", "expiresAt": null}));
    let id = json(gateway.get(&path(&visitor, "UserContext", "_id"), &gateway.agent()).await, 200).await;
    assert_eq!(id["value"], visitor.id);
}

#[tokio::test]
async fn visitors_agents_bots_and_sites_stay_on_their_side() {
    let gateway = Gateway::start().await;
    let (visitor, other) = (gateway.visitor().await, gateway.visitor().await);
    let put = async |path: String, token: &str| {
        let request = gateway.request(Method::PUT, &path, token).json(&json!({"value": "mine", "ttl": 5}));
        request.send().await.expect("an answer").status().as_u16()
    };
    let (echo, rival) = (gateway.bot(), gateway.token(&claims(Role::Bot, SITE, "rival")));
    let foreign = gateway.token(&claims(Role::Bot, OTHER_SITE, "echo"));
    for scope in ["EnterpriseContext", "BotContext", "UserSession", "BotUserSession"] {
        let (mine, theirs) = (path(&visitor, scope, "k"), path(&other, scope, "k"));
        assert_eq!(put(mine.clone(), &visitor.token).await, 403, "visitors write no variables");
        assert_eq!(put(mine.clone(), &foreign).await, 404, "another site's bot does not see the conversation");
        assert_eq!(put(mine.clone(), &echo).await, 200);
        problem(gateway.get(&mine, &visitor.token).await, 403).await;
        problem(gateway.get(&mine, &foreign).await, 404).await;
        let shared_by_bots = ["EnterpriseContext", "UserSession"].contains(&scope);
        assert_eq!(gateway.get(&mine, &rival).await.status() == 200, shared_by_bots, "{scope}");
        assert_eq!(gateway.get(&mine, &gateway.agent()).await.status() == 200, shared_by_bots, "{scope}");
        let shared_by_users = ["EnterpriseContext", "BotContext"].contains(&scope);
        assert_eq!(gateway.get(&theirs, &echo).await.status() == 200, shared_by_users, "{scope}");
    }
}

#[tokio::test]
async fn a_visitor_who_shows_an_earlier_token_is_the_same_user() {
    let gateway = Gateway::start().await;
    let (first, bot) = (gateway.visitor().await, gateway.bot());
    let body = json!({"value": "Mary"});
    let put = gateway.request(Method::PUT, &path(&first, "UserSession", "name"), &bot).json(&body);
    assert_eq!(put.send().await.expect("an answer").status(), 200);
    let again = async |token: &str| {
        let request = gateway.request(Method::POST, "/conversation", token).header("Origin", support::ORIGIN);
        json(request.json(&json!({"siteKey": SITE})).send().await.expect("an answer"), 201).await
    };
    let name = async |conversation: &Value| {
        let id = support::text(conversation, "conversationId");
        gateway.get(&format!("/conversation/{id}/variables/UserSession/name"), &bot).await.status().as_u16()
    };
    let second = again(&first.token).await;
    assert_eq!(name(&second).await, 200);
    let third = again(&support::text(&second, "visitorToken")).await;
    assert_eq!(name(&third).await, 200, "and so on");
    assert_eq!(name(&again("nonsense").await).await, 404, "who shows nothing of ours is somebody new");
    assert_eq!(name(&again(&bot).await).await, 404, "a bot is no visitor");
}

fn sessions(visitor: &Visitor, portal: &str) -> String {
    format!("/api/v2/{portal}/visitorsessions?conversation={}", visitor.id)
}

#[tokio::test]
async fn session_data_is_set_and_got_in_the_documented_envelope() {
    let gateway = Gateway::start().await;
    let (visitor, bot) = (gateway.visitor().await, gateway.bot());
    let set = gateway.post(&sessions(&visitor, SITE), &bot, &json!({"size": "M"})).await;
    let envelope = json!({"url": "/api/v2/demo/visitorsessions", "object": "session", "data": {"size": "M"}});
    assert_eq!(json(set, 200).await, envelope);
    let email = json!({"visitorEmail": "mary@shop.example"});
    let set = gateway.request(Method::PUT, &sessions(&visitor, SITE), &bot).json(&email);
    assert_eq!(json(set.send().await.expect("an answer"), 200).await["data"], email);
    let got = gateway.get(&format!("{}&key=size", sessions(&visitor, SITE)), &bot).await;
    assert_eq!(json(got, 200).await, envelope);
    let all = json(gateway.get(&sessions(&visitor, SITE), &bot).await, 200).await;
    assert_eq!(all["data"], json!({"size": "M", "visitorEmail": "mary@shop.example"}));
    let other = gateway.visitor().await;
    assert_eq!(json(gateway.get(&sessions(&other, SITE), &bot).await, 200).await["data"], json!({}));
}

#[tokio::test]
async fn a_wrong_portal_is_the_documented_failure_with_status_200() {
    let gateway = Gateway::start().await;
    let (visitor, bot) = (gateway.visitor().await, gateway.bot());
    let failure = json!({"error": {"code": 1005, "message": "Invalid portal or wrong screenname"}});
    for portal in ["portal_1", OTHER_SITE] {
        let set = gateway.post(&sessions(&visitor, portal), &bot, &json!({"size": "M"})).await;
        assert_eq!(json(set, 200).await, failure);
        assert_eq!(json(gateway.get(&sessions(&visitor, portal), &bot).await, 200).await, failure);
    }
}

#[tokio::test]
async fn session_data_is_gone_when_the_session_ends() {
    let gateway = Gateway::start().await;
    let (visitor, bot) = (gateway.visitor().await, gateway.bot());
    gateway.post(&sessions(&visitor, SITE), &bot, &json!({"size": "M"})).await;
    assert_eq!(gateway.post(&format!("/conversation/{}/end", visitor.id), &bot, &json!({})).await.status(), 202);
    assert_eq!(json(gateway.get(&sessions(&visitor, SITE), &bot).await, 200).await["data"], json!({}));
    problem(gateway.post(&sessions(&visitor, SITE), &bot, &json!({"size": "M"})).await, 409).await;
}

#[tokio::test]
async fn session_data_is_for_bots_and_agents_and_about_a_conversation() {
    let gateway = Gateway::start().await;
    let (visitor, bot) = (gateway.visitor().await, gateway.bot());
    problem(gateway.get(&sessions(&visitor, SITE), &visitor.token).await, 403).await;
    let missing = problem(gateway.get("/api/v2/demo/visitorsessions", &bot).await, 400).await;
    assert_eq!(missing["field"], "conversation");
    problem(gateway.post(&sessions(&visitor, SITE), &bot, &json!(["size"])).await, 400).await;
}
