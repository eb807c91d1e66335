//! `ChatSessionEntity` over HTTP.

use crate::support::{Gateway, OTHER_SITE, SECRET, SITES, claims, message, problem};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use docent_gateway::config::{Draft, Secret};
use docent_protocol::event::Role;
use reqwest::{RequestBuilder, Response};
use serde_json::{Value, json};

const USERS: &str = r#"
[[user]]
name = "tje0"
site = "demo"
password = "Tje0"
"#;

async fn gateway() -> (Gateway, tempfile::TempDir) {
    let dir = tempfile::tempdir().expect("a directory");
    let secret = Secret::new(SECRET.to_owned()).expect("a secret");
    let mut config = Draft::parse(&format!("{SITES}{USERS}")).expect("a configuration").with_secret(secret);
    config.data_dir = dir.path().to_owned();
    (Gateway::start_with(config).await, dir)
}

fn ask(gateway: &Gateway, endpoint: &str) -> RequestBuilder {
    gateway.http.post(gateway.url(&format!("/api/v1/Agents/Chat/{endpoint}"))).basic_auth("tje0", Some("Tje0"))
}

async fn send(request: RequestBuilder) -> Response {
    request.send().await.expect("an answer")
}

async fn entity(response: Response) -> Value {
    let status = response.status();
    let text = response.text().await.expect("text");
    assert_eq!(status, 200, "{text}");
    serde_json::from_str(&text).expect("JSON")
}

async fn save(gateway: &Gateway, body: &Value) -> Value {
    entity(send(ask(gateway, "SaveChatSessionEntity").json(body)).await).await
}

async fn get(gateway: &Gateway, id: &Value) -> Value {
    entity(send(ask(gateway, "GetChatSessionEntity").json(&json!({"ChatSessionId": id}))).await).await
}

async fn refused(gateway: &Gateway, body: &Value, status: u16) -> Value {
    problem(send(ask(gateway, "SaveChatSessionEntity").json(body)).await, status).await
}

/// The sample request's body, for this session.
fn sample(id: &Value) -> Value {
    json!({
        "ChatSessionId": id, "TopicId": 588, "User": null, "Person": null, "CustomerAlias": "soluta",
        "CustomerHost": "qui", "CustomerName": "Schiller, Hilpert and Labadie",
        "CustomerEmail": "mckayla@sengeryost.uk", "CustomerPhone": "546-196-2294", "CustomerConsented": false,
        "CustomerCompanyName": "Williamson, Weber and Grimes", "Status": "Closed", "FirstMessage": "rerum",
        "LastMessage": "ut", "WhenRequested": "2002-08-11T10:10:59.0850049+02:00",
        "WhenStarted": "2019-06-07T10:10:59.0850049+02:00", "WhenEnded": "2002-04-04T10:10:59.0850049+02:00",
        "WhenIdle": "1999-06-07T10:10:59.0850049+02:00", "WhenFetched": "2010-04-13T10:10:59.0850049+02:00",
        "SessionKey": "est", "InitialQueuePos": 613, "AlertLevel": 418, "Rank": 235, "Flags": "CustomerIsTyping",
        "Contact": null, "Project": null, "Sale": null, "Ticket": null, "TransferTo": null,
        "ChatbotIsActive": false, "Rating": 957
    })
}

/// Every property of `sent` in `read`; dates were asked for in the zone they were sent in.
fn assert_holds(read: &Value, sent: &Value) {
    for (name, value) in sent.as_object().expect("an object") {
        assert_eq!(&read[name], value, "{name}");
    }
}

#[tokio::test]
async fn the_documents_sample_answers_200_and_reads_back() {
    let (gateway, _dir) = gateway().await;
    let id = save(&gateway, &json!({"ChatSessionId": 0})).await["ChatSessionId"].clone();
    let body = sample(&id).to_string();
    let request = gateway
        .http
        .post(gateway.url("/api/v1/Agents/Chat/SaveChatSessionEntity"))
        .header("Authorization", "Basic dGplMDpUamUw")
        .header("Accept", "application/json; charset=utf-8")
        .header("Accept-Language", "fr,de,ru,zh")
        .header("Content-Type", "application/json; charset=utf-8")
        .header("SO-TimeZone", "+02:00");
    let response = send(request.body(body)).await;
    assert_eq!(response.headers()["content-type"], "application/json; charset=utf-8");
    assert_eq!(response.headers()["content-language"], "fr");
    let answered = entity(response).await;
    assert_holds(&answered, &sample(&id));
    assert_eq!(answered["TableRight"], Value::Null);
    assert_eq!(answered["FieldProperties"]["Rating"]["FieldType"], "System.Int32");
    assert_eq!(answered.as_object().map(serde_json::Map::len), Some(33));
    let again = ask(&gateway, "GetChatSessionEntity").header("SO-TimeZone", "+02:00");
    assert_holds(&entity(send(again.json(&json!({"ChatSessionEntityId": id}))).await).await, &sample(&id));
}

#[tokio::test]
async fn id_0_creates_and_the_number_counts_up() {
    let (gateway, _dir) = gateway().await;
    let first = save(&gateway, &json!({"ChatSessionId": 0, "CustomerName": "Kari"})).await;
    let second = save(&gateway, &sample(&json!(0))).await;
    assert_eq!(second["ChatSessionId"], first["ChatSessionId"].as_i64().expect("a number") + 1);
    assert_eq!((&first["Status"], &first["CustomerName"]), (&json!("InQueue"), &json!("Kari")));
    assert_eq!(second["Status"], "Closed");
    let key = first["SessionKey"].as_str().expect("a key");
    let log = gateway.log(key).await;
    assert_eq!(log[0]["data"], json!({"old": null, "new": {"status": 4, "name": "InQueue"}}));
}

#[tokio::test]
async fn an_unknown_id_is_404_and_another_sites_too() {
    let (gateway, _dir) = gateway().await;
    refused(&gateway, &sample(&json!(352)), 404).await;
    let id = save(&gateway, &json!({"ChatSessionId": 0})).await["ChatSessionId"].clone();
    let stranger = gateway.token(&claims(Role::Agent, OTHER_SITE, "eve"));
    let path = "/api/v1/Agents/Chat/GetChatSessionEntity";
    problem(gateway.post(path, &stranger, &json!({"ChatSessionId": id})).await, 404).await;
}

#[tokio::test]
async fn wrong_values_are_400_and_name_the_property() {
    let (gateway, _dir) = gateway().await;
    for (body, field) in [
        (json!({"CustomerName": "x".repeat(255)}), "CustomerName"),
        (json!({"Rank": "first"}), "Rank"),
        (json!({"Rank": 3_000_000_000_u64}), "Rank"),
        (json!({"CustomerConsented": "maybe"}), "CustomerConsented"),
        (json!({"Status": "pending"}), "Status"),
        (json!({"WhenEnded": "soon"}), "WhenEnded"),
        (json!({"User": [1]}), "User"),
        (json!({"Nickname": "x"}), "Nickname"),
        (json!([1]), "(body)"),
    ] {
        assert_eq!(refused(&gateway, &body, 400).await["field"], field, "{body}");
    }
}

#[tokio::test]
async fn the_entity_and_the_session_are_one() {
    let (gateway, _dir) = gateway().await;
    let visitor = gateway.visitor().await;
    gateway.say(&visitor.id, &visitor.token, &message("first")).await;
    gateway.say(&visitor.id, &visitor.token, &message("last")).await;
    let read = get(&gateway, &json!(1)).await;
    assert_eq!((&read["FirstMessage"], &read["LastMessage"]), (&json!("first"), &json!("last")));
    assert_eq!((&read["SessionKey"], &read["Status"]), (&json!(visitor.id), &json!("InQueue")));
    save(&gateway, &json!({"ChatSessionId": 1, "Status": "UserLast", "User": {"Name": "ada"}})).await;
    let told = gateway.log(&visitor.id).await.pop().expect("an event");
    assert_eq!(told["data"]["old"]["name"], "InQueue");
    assert_eq!((&told["data"]["new"]["name"], &told["data"]["user"]), (&json!("UserLast"), &json!("ada")));
    let closed = save(&gateway, &json!({"ChatSessionId": 1, "Status": "Closed"})).await;
    assert!(closed["WhenEnded"].is_string());
    let data = format!("/conversation/{}/Data", visitor.id);
    problem(gateway.post(&data, &visitor.token, &message("late")).await, 409).await;
    let impossible = refused(&gateway, &json!({"ChatSessionId": 1, "Status": "InQueue", "Rank": 9}), 409).await;
    assert!(impossible["detail"].as_str().expect("text").contains("Closed"), "{impossible}");
    assert_eq!(get(&gateway, &json!(1)).await["Rank"], 0, "what is refused changes nothing");
}

#[tokio::test]
async fn what_is_said_later_wins_over_what_was_saved() {
    let (gateway, _dir) = gateway().await;
    let visitor = gateway.visitor().await;
    gateway.say(&visitor.id, &visitor.token, &message("a")).await;
    save(&gateway, &json!({"ChatSessionId": 1, "LastMessage": "copied", "FirstMessage": "kept"})).await;
    assert_eq!(get(&gateway, &json!(1)).await["LastMessage"], "copied");
    gateway.say(&visitor.id, &visitor.token, &message("b")).await;
    let read = get(&gateway, &json!(1)).await;
    assert_eq!((&read["LastMessage"], &read["FirstMessage"]), (&json!("b"), &json!("kept")));
}

#[tokio::test]
async fn every_body_of_the_document_is_taken() {
    let (gateway, _dir) = gateway().await;
    save(&gateway, &json!({"ChatSessionId": 0, "CustomerHost": "kept"})).await;
    let xml = "<?xml version=\"1.0\"?><ChatSessionEntity xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\">\
               <ChatSessionId>1</ChatSessionId><CustomerName>ø &amp; co</CustomerName><Rank>3</Rank>\
               <User><Name>ada</Name></User><Sale i:nil=\"true\"/></ChatSessionEntity>";
    let form = "ChatSessionId=1&CustomerName=%C3%B8+%26+co&Rank=3&User.Name=ada&Sale=";
    let json = json!({"ChatSessionId": 1, "CustomerName": "ø & co", "Rank": 3, "User": {"Name": "ada"}, "Sale": null});
    let patch = json!([
        {"op": "test", "path": "/ChatSessionId", "value": 1},
        {"op": "replace", "path": "/CustomerName", "value": "ø & co"},
        {"op": "replace", "path": "/Rank", "value": 3},
        {"op": "add", "path": "/User", "value": {"Name": "ada"}},
    ]);
    for (kind, body) in [
        ("application/json", json.to_string()),
        ("text/json", json.to_string()),
        ("application/xml", xml.to_owned()),
        ("text/xml; charset=utf-8", xml.to_owned()),
        ("application/x-www-form-urlencoded", form.to_owned()),
        ("application/json-patch+json", patch.to_string()),
        ("application/merge-patch+json", json.to_string()),
    ] {
        save(&gateway, &json!({"ChatSessionId": 1, "CustomerName": "", "Rank": 0, "User": null})).await;
        let request = ask(&gateway, "SaveChatSessionEntity").header("Content-Type", kind).body(body);
        let read = entity(send(request).await).await;
        assert_eq!((&read["CustomerName"], &read["Rank"]), (&json!("ø & co"), &json!(3)), "{kind}");
        assert_eq!((&read["User"]["Name"], &read["CustomerHost"]), (&json!("ada"), &json!("kept")), "{kind}");
    }
    let merge = ask(&gateway, "SaveChatSessionEntity").header("Content-Type", "application/merge-patch+json");
    let read = entity(send(merge.body(json!({"ChatSessionId": 1, "Rank": null}).to_string())).await).await;
    assert_eq!(read["Rank"], 0, "a merge patch's null takes away");
    let wrong = json!([{"op": "test", "path": "/CustomerName", "value": "other"}]).to_string();
    let test = ask(&gateway, "SaveChatSessionEntity?id=1").header("Content-Type", "application/json-patch+json");
    problem(send(test.body(wrong)).await, 400).await;
    let other = ask(&gateway, "SaveChatSessionEntity").header("Content-Type", "text/plain").body("x");
    problem(send(other).await, 415).await;
}

#[tokio::test]
async fn every_answer_of_the_document_is_given() {
    let (gateway, _dir) = gateway().await;
    save(&gateway, &json!({"ChatSessionId": 0, "CustomerName": "a <b>"})).await;
    for (accept, is_xml) in [
        ("application/json", false),
        ("text/json", false),
        ("application/json-patch+json", false),
        ("application/merge-patch+json", false),
        ("application/xml", true),
        ("text/xml", true),
    ] {
        let request = ask(&gateway, "GetChatSessionEntity").header("Accept", accept);
        let response = send(request.json(&json!({"ChatSessionId": 1}))).await;
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], format!("{accept}; charset=utf-8").as_str());
        let text = response.text().await.expect("text");
        assert_eq!(text.starts_with("<?xml"), is_xml, "{text}");
        assert!(text.contains(if is_xml { "<CustomerName>a &lt;b&gt;</CustomerName>" } else { "\"a <b>\"" }), "{text}");
    }
    let request = ask(&gateway, "GetChatSessionEntity").header("Accept", "image/png");
    problem(send(request.json(&json!({"ChatSessionId": 1}))).await, 406).await;
}

#[tokio::test]
async fn xml_bombs_and_external_entities_are_refused() {
    let (gateway, _dir) = gateway().await;
    for body in [
        "<!DOCTYPE x [<!ENTITY a \"haha\">]><x><CustomerName>&a;</CustomerName></x>",
        "<!DOCTYPE x [<!ENTITY f SYSTEM \"file:///etc/passwd\">]><x><CustomerName>&f;</CustomerName></x>",
        "<x><CustomerName>&f;</CustomerName></x>",
    ] {
        let request = ask(&gateway, "SaveChatSessionEntity").header("Content-Type", "application/xml").body(body);
        let told = problem(send(request).await, 400).await;
        assert!(!told.to_string().contains("root:"), "{told}");
    }
}

#[tokio::test]
async fn dates_come_in_the_asked_zone_and_culture() {
    let (gateway, _dir) = gateway().await;
    save(&gateway, &json!({"ChatSessionId": 0, "WhenRequested": "2024-12-15T08:22:45Z"})).await;
    let read = async |headers: &[(&'static str, &'static str)]| {
        let mut request = ask(&gateway, "GetChatSessionEntity");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let read = entity(send(request.json(&json!({"ChatSessionId": 1}))).await).await;
        read["WhenRequested"].as_str().expect("a date").to_owned()
    };
    assert_eq!(read(&[]).await, "2024-12-15T08:22:45+00:00");
    assert_eq!(read(&[("SO-TimeZone", "Europe/Oslo")]).await, "2024-12-15T09:22:45+01:00");
    let norwegian = [("SO-TimeZone", "Europe/Oslo"), ("SO-Culture", "nb-NO"), ("SO-Language", "nb")];
    assert_eq!(read(&norwegian).await, "15.12.2024 09:22:45");
    assert_eq!(read(&norwegian[..2]).await, "2024-12-15T09:22:45+01:00", "no culture without a language");
    let wrong = ask(&gateway, "GetChatSessionEntity").header("SO-TimeZone", "Mars/Base");
    assert_eq!(problem(send(wrong.json(&json!({"ChatSessionId": 1}))).await, 400).await["field"], "SO-TimeZone");
    let local = ask(&gateway, "SaveChatSessionEntity").header("SO-TimeZone", "Europe/Oslo");
    let body = json!({"ChatSessionId": 1, "WhenRequested": "2024-06-15T09:00:00"});
    assert_eq!(entity(send(local.json(&body)).await).await["WhenRequested"], "2024-06-15T09:00:00+02:00");
}

#[tokio::test]
async fn every_way_to_say_who_one_is() {
    let (gateway, _dir) = gateway().await;
    let path = gateway.url("/api/v1/Agents/Chat/CreateDefaultChatSessionEntity");
    let token = gateway.agent();
    let basic = format!("Basic {}", STANDARD.encode(format!("x:{token}")));
    for (authorization, status) in [
        (format!("Bearer {token}"), 200),
        (format!("SoTicket {token}"), 200),
        (basic, 200),
        ("Basic dGplMDpUamUw".to_owned(), 200),
        (format!("Basic {}", STANDARD.encode("tje0:wrong")), 401),
        ("Basic ???".to_owned(), 401),
        ("Digest x".to_owned(), 401),
    ] {
        let response = send(gateway.http.post(&path).header("Authorization", &authorization)).await;
        assert_eq!(response.status(), status, "{authorization}");
    }
    assert_eq!(send(gateway.http.post(&path)).await.status(), 401);
    let visitor = gateway.visitor().await;
    assert_eq!(send(gateway.http.post(&path).bearer_auth(&visitor.token)).await.status(), 403);
}

#[tokio::test]
async fn without_authorization_the_cookie_needs_its_proof() {
    let (gateway, _dir) = gateway().await;
    let path = gateway.url("/api/v1/Agents/Chat/CreateDefaultChatSessionEntity");
    let signed = send(gateway.http.post(gateway.url("/api/v1/SignIn")).basic_auth("tje0", Some("Tje0"))).await;
    assert_eq!(signed.status(), 204);
    let lines: Vec<_> =
        signed.headers().get_all("set-cookie").iter().map(|line| line.to_str().expect("text")).collect();
    assert!(lines[0].contains("HttpOnly") && lines[0].contains("SameSite=Strict"), "{lines:?}");
    let pairs: Vec<_> = lines.iter().map(|line| line.split(';').next().expect("a pair")).collect();
    let proof = pairs[1].strip_prefix("XSRF-TOKEN=").expect("a proof");
    let with = |header: Option<&str>| {
        let request = gateway.http.post(&path).header("Cookie", pairs.join("; "));
        send(header.iter().fold(request, |request, proof| request.header("X-XSRF-TOKEN", *proof)))
    };
    assert_eq!(with(Some(proof)).await.status(), 200);
    assert_eq!(with(None).await.status(), 403);
    assert_eq!(with(Some("guessed")).await.status(), 403);
    let planted = format!("{}; XSRF-TOKEN=mine", pairs[0]);
    let planted = gateway.http.post(&path).header("Cookie", planted).header("X-XSRF-TOKEN", "mine");
    assert_eq!(send(planted).await.status(), 403);
}

#[tokio::test]
async fn concurrent_saves_lose_no_property() {
    let (gateway, _dir) = gateway().await;
    save(&gateway, &json!({"ChatSessionId": 0})).await;
    let names = ["CustomerName", "CustomerAlias", "CustomerHost", "CustomerPhone", "CustomerEmail", "Flags"];
    let patches = names.map(|name| {
        let patch = json!([{"op": "replace", "path": format!("/{name}"), "value": name}]);
        let request = ask(&gateway, "SaveChatSessionEntity?id=1").header("Content-Type", "application/json-patch+json");
        send(request.body(patch.to_string()))
    });
    for response in futures_util::future::join_all(patches).await {
        assert_eq!(response.status(), 200);
    }
    let read = get(&gateway, &json!(1)).await;
    for name in names {
        assert_eq!(read[name], name);
    }
}

#[tokio::test]
async fn a_save_of_something_older_is_refused() {
    let (gateway, _dir) = gateway().await;
    save(&gateway, &json!({"ChatSessionId": 0})).await;
    let read = send(ask(&gateway, "GetChatSessionEntity").json(&json!({"ChatSessionId": 1}))).await;
    let etag = read.headers()["etag"].to_str().expect("text").to_owned();
    let body = |name: &str| json!({"ChatSessionId": 1, "CustomerName": name});
    let with =
        |etag: &str, name| send(ask(&gateway, "SaveChatSessionEntity").header("If-Match", etag).json(&body(name)));
    assert_eq!(with(&etag, "a").await.status(), 200);
    problem(with(&etag, "b").await, 412).await;
    let version = etag.trim_matches('"');
    let versioned = ask(&gateway, &format!("SaveChatSessionEntity?version={version}")).json(&body("c"));
    problem(send(versioned).await, 409).await;
    assert_eq!(get(&gateway, &json!(1)).await["CustomerName"], "a");
}

#[tokio::test]
async fn reset_add_get_and_delete() {
    let (gateway, _dir) = gateway().await;
    save(&gateway, &json!({"ChatSessionId": 0, "Status": "UserLast", "ChatbotIsActive": true})).await;
    let named = json!({"ChatSessionId": 1});
    let reset = entity(send(ask(&gateway, "ResetChatSession").json(&named)).await).await;
    assert_eq!((&reset["Status"], &reset["ChatbotIsActive"]), (&json!("InQueue"), &json!(false)));
    let add = json!({"ChatSessionId": 1, "Message": "hello", "Type": 1, "Author": "Echo", "SpecialType": 2});
    let added = entity(send(ask(&gateway, "AddChatMessage").json(&add)).await).await;
    let posing = json!({"ChatSessionId": 1, "Message": "hello", "Type": 2});
    assert_eq!(problem(send(ask(&gateway, "AddChatMessage").json(&posing)).await, 400).await["field"], "Type");
    let said = entity(send(ask(&gateway, "GetChatMessages").json(&named)).await).await;
    assert_eq!(said.as_array().map(Vec::len), Some(1));
    assert_eq!((&said[0]["Message"], &said[0]["Author"]), (&json!("hello"), &json!("Echo")));
    assert_eq!((&said[0]["SpecialType"], &said[0]["Type"]), (&json!(2), &json!("ToCustomer")));
    let after = json!({"ChatSessionId": 1, "LastMessageId": added["ChatMessageId"]});
    assert_eq!(entity(send(ask(&gateway, "GetChatMessages").json(&after)).await).await, json!([]));
    assert_eq!(send(ask(&gateway, "DeleteChatSessionEntity").json(&named)).await.status(), 204);
    assert_eq!(get(&gateway, &json!(1)).await["Status"], "Deleted");
    problem(send(ask(&gateway, "AddChatMessage").json(&add)).await, 409).await;
}

/// The sample with something in every property of the table.
fn filled(id: &Value) -> Value {
    let mut all = sample(id);
    for name in ["Person", "Contact", "Project", "Sale", "Ticket"] {
        all[name] = json!({"Name": name, "Id": 7, "Active": true});
    }
    for name in ["User", "TransferTo"] {
        all[name] = json!({"Name": format!("{name}'s"), "AssociateId": 7});
    }
    all["Status"] = json!("CustomerLast");
    all["ChatbotIsActive"] = json!(true);
    all["CustomerConsented"] = json!(true);
    all
}

#[tokio::test]
async fn each_property_of_the_table_is_kept_under_its_name_and_type() {
    let (gateway, _dir) = gateway().await;
    save(&gateway, &json!({"ChatSessionId": 0})).await;
    let wrong = |value: &Value| match value {
        Value::String(_) => json!({"a": 1}),
        _ => json!("x"),
    };
    for (name, value) in filled(&json!(1)).as_object().expect("an object") {
        let request = ask(&gateway, "SaveChatSessionEntity").header("SO-TimeZone", "+02:00");
        let read = entity(send(request.json(&json!({"ChatSessionId": 1, name: value}))).await).await;
        assert_eq!(&read[name], value, "{name}");
        let told = refused(&gateway, &json!({"ChatSessionId": 1, name: wrong(value)}), 400).await;
        assert_eq!(told["field"], *name);
    }
    let read = ask(&gateway, "GetChatSessionEntity").header("SO-TimeZone", "+02:00");
    assert_holds(&entity(send(read.json(&json!({"ChatSessionId": 1}))).await).await, &filled(&json!(1)));
}

#[tokio::test]
async fn xml_and_forms_hold_every_property_too() {
    let (gateway, _dir) = gateway().await;
    let all = filled(&json!(0));
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let (mut xml, mut form) = (String::new(), form_urlencoded::Serializer::new(String::new()));
    for (name, value) in all.as_object().expect("an object") {
        let inner: Vec<_> =
            value.as_object().into_iter().flatten().map(|(inner, value)| (inner, text(value))).collect();
        let written = match inner.is_empty() {
            true => text(value),
            false => inner.iter().map(|(inner, value)| format!("<{inner}>{value}</{inner}>")).collect(),
        };
        xml.push_str(&format!("<{name}>{written}</{name}>"));
        match inner.is_empty() {
            true => drop(form.append_pair(name, &text(value))),
            false => drop(form.extend_pairs(inner.iter().map(|(inner, value)| (format!("{name}.{inner}"), value)))),
        }
    }
    let xml = format!("<ChatSessionEntity>{xml}</ChatSessionEntity>");
    for (kind, body) in [("application/xml", xml), ("application/x-www-form-urlencoded", form.finish())] {
        let request = ask(&gateway, "SaveChatSessionEntity").header("SO-TimeZone", "+02:00");
        let read = entity(send(request.header("Content-Type", kind).body(body)).await).await;
        for (name, value) in all.as_object().expect("an object").iter().filter(|(name, _)| *name != "ChatSessionId") {
            // Members of a reference have no types there: they come back as the text they were.
            match value.get("Name") {
                Some(inner) => assert_eq!(&read[name]["Name"], inner, "{kind} {name}"),
                None => assert_eq!(&read[name], value, "{kind} {name}"),
            }
        }
    }
}

#[tokio::test]
async fn so_language_wins_over_accept_language() {
    let (gateway, _dir) = gateway().await;
    let language = async |headers: &[(&'static str, &'static str)]| {
        let request = ask(&gateway, "CreateDefaultChatSessionEntity");
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        let response = send(request).await;
        assert_eq!(response.status(), 200);
        response.headers().get("content-language").map(|value| value.to_str().expect("text").to_owned())
    };
    assert_eq!(language(&[]).await, None);
    assert_eq!(language(&[("Accept-Language", "fr,de,ru,zh")]).await.as_deref(), Some("fr"));
    let both = [("Accept-Language", "fr,de,ru,zh"), ("SO-Language", "nb")];
    assert_eq!(language(&both).await.as_deref(), Some("nb"));
}

#[tokio::test]
async fn an_app_token_has_to_be_a_known_one() {
    let dir = tempfile::tempdir().expect("a directory");
    let token = "a-partner-application's-own-token";
    let draft = Draft::parse(&format!("app_tokens = [\"{token}\"]\n{SITES}{USERS}")).expect("a configuration");
    let mut config = draft.with_secret(Secret::new(SECRET.to_owned()).expect("a secret"));
    config.data_dir = dir.path().to_owned();
    let gateway = Gateway::start_with(config).await;
    let with = async |token: Option<&str>| {
        let request = ask(&gateway, "CreateDefaultChatSessionEntity");
        send(token.into_iter().fold(request, |request, token| request.header("SO-AppToken", token))).await.status()
    };
    assert_eq!(with(Some(token)).await, 200);
    assert_eq!(with(Some("another")).await, 401);
    assert_eq!(with(None).await, 200, "it is for partner apps; others give none");
}

#[tokio::test]
async fn a_deleted_session_is_in_no_list_and_takes_no_message() {
    let (gateway, _dir) = gateway().await;
    let visitor = gateway.visitor().await;
    assert_eq!(send(ask(&gateway, "DeleteChatSessionEntity").json(&json!({"ChatSessionId": 1}))).await.status(), 204);
    let data = format!("/conversation/{}/Data", visitor.id);
    problem(gateway.post(&data, &visitor.token, &message("late")).await, 409).await;
    let lists: Value = gateway.get("/sessions", &gateway.agent()).await.json().await.expect("JSON");
    assert_eq!(lists, json!({"queue": [], "active": [], "requests": []}));
    assert_eq!(gateway.log(&visitor.id).await.pop().expect("an event")["data"]["new"]["name"], "Deleted");
    refused(&gateway, &json!({"ChatSessionId": 1, "Status": "InQueue"}), 409).await;
}
