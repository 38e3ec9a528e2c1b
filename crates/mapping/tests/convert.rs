//! Every row of `attributes.csv` by an event that shows it, every reject by a record that
//! brings it about, and whole conversions as snapshots.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::arithmetic_side_effects,
    reason = "a test states what must hold; a panic is its report"
)]

use std::collections::BTreeMap;
use std::sync::LazyLock;

use events2logs_mapping::tables::ATTRIBUTES_CSV;
use events2logs_mapping::{
    ConvertOptions, Converter, Reject, Restored, Tables, UnknownTypes, restore, same_json,
};
use serde_json::{Value, json};

static TABLES: LazyLock<Tables> = LazyLock::new(|| Tables::shipped().unwrap());

fn try_convert(record: &str, options: ConvertOptions) -> Result<String, Reject> {
    let mut out = Vec::new();
    Converter::new(&TABLES, options).convert(record, &mut out)?;
    Ok(String::from_utf8(out).unwrap())
}

/// The LogEvent of `record`, after showing that restoring it brings the record back.
fn convert(record: &Value) -> Value {
    let record = record.to_string();
    let log_event = try_convert(&record, ConvertOptions::default()).unwrap();
    let mut restored = Vec::new();
    restore(&log_event, &mut restored).unwrap();
    let restored = String::from_utf8(restored).unwrap();
    assert!(
        same_json(&record, &restored).unwrap(),
        "{record}\n{restored}"
    );
    serde_json::from_str(&log_event).unwrap()
}

/// An event that has only what every event must have, with `members` over it.
fn event(members: Value) -> Value {
    let mut event = json!({
        "published": "2018-01-31T23:59:59.000Z",
        "action": {"objectType": "core.user_auth.session_clear"},
    });
    for (key, value) in members.as_object().unwrap() {
        match (event.get_mut(key), value) {
            (Some(Value::Object(inside)), Value::Object(more)) => inside.extend(more.clone()),
            _ => event[key] = value.clone(),
        }
    }
    event
}

const USER_AGENT: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:109.0) Gecko/20100101 Firefox/109.0";

fn client() -> Value {
    json!({"id": USER_AGENT, "displayName": "FIREFOX", "ipAddress": "192.0.2.7", "objectType": "Client"})
}

fn user() -> Value {
    json!({"id": "00u1", "displayName": "Sample User", "login": "sample@example.com", "objectType": "User"})
}

/// For each row of the attribute table: an event, the path in its LogEvent, what stands there.
fn cases() -> BTreeMap<(&'static str, &'static str), (Value, &'static str, Value)> {
    let nothing = || event(json!({}));
    let both = || event(json!({"actors": [user(), client()]}));
    let target = || json!({"id": "0oa1", "displayName": "Sample App", "login": "", "objectType": "AppInstance"});
    let targets = || event(json!({"targets": [user(), target()]}));
    let rows: Vec<((&str, &str), Value, &str, Value)> = vec![
        (
            ("(none)", "authenticationContext.authenticationStep"),
            nothing(),
            "/authenticationContext/authenticationStep",
            json!(0),
        ),
        (
            ("(none)", "transaction.type"),
            event(json!({"action": {"requestUri": "Background"}})),
            "/transaction/type",
            json!("JOB"),
        ),
        (
            ("(none)", "uuid"),
            event(json!({"eventId": "tev1"})),
            "/uuid",
            json!("ec073b94-4ab9-5d4b-bbed-4e03779ada62"),
        ),
        (("(none)", "version"), nothing(), "/version", json!("0")),
        (
            ("*", "debugContext.debugData.legacyEvent.*"),
            event(json!({"more": [1, {"a": null}]})),
            "/debugContext/debugData/legacyEvent/more",
            json!([1, {"a": null}]),
        ),
        (
            ("action.*", "debugContext.debugData.legacyEvent.action.*"),
            event(json!({"action": {"more": true}})),
            "/debugContext/debugData/legacyEvent/action/more",
            json!(true),
        ),
        (
            (
                "action.categories",
                "debugContext.debugData.legacyEvent.action.categories",
            ),
            event(json!({"action": {"categories": ["Sign-in Success"]}})),
            "/debugContext/debugData/legacyEvent/action/categories",
            json!(["Sign-in Success"]),
        ),
        (
            ("action.message", "displayMessage"),
            event(json!({"action": {"message": "Cleared "}})),
            "/displayMessage",
            json!("Cleared "),
        ),
        (
            ("action.objectType", "eventType"),
            nothing(),
            "/eventType",
            json!("user.session.clear"),
        ),
        (
            ("action.objectType", "legacyEventType"),
            nothing(),
            "/legacyEventType",
            json!("core.user_auth.session_clear"),
        ),
        (
            ("action.objectType", "outcome"),
            nothing(),
            "/outcome",
            json!({"result": "SUCCESS", "reason": null}),
        ),
        (
            ("action.objectType", "severity"),
            nothing(),
            "/severity",
            json!("INFO"),
        ),
        (
            ("action.requestUri", "debugContext.debugData.requestUri"),
            event(json!({"action": {"requestUri": "/login"}})),
            "/debugContext/debugData/requestUri",
            json!("/login"),
        ),
        (
            ("actors", "debugContext.debugData.legacyEvent.actors"),
            event(json!({"actors": [user(), client(), {"id": "00u2", "objectType": "User"}]})),
            "/debugContext/debugData/legacyEvent/actors",
            json!([{"objectType": "User"}, {"objectType": "Client"}, {"id": "00u2", "objectType": "User"}]),
        ),
        (
            ("actors[Client].displayName", "client.userAgent.browser"),
            both(),
            "/client/userAgent/browser",
            json!("FIREFOX"),
        ),
        (
            ("actors[Client].id", "client.device"),
            both(),
            "/client/device",
            json!("Computer"),
        ),
        (
            ("actors[Client].id", "client.userAgent.os"),
            both(),
            "/client/userAgent/os",
            json!("Linux"),
        ),
        (
            ("actors[Client].id", "client.userAgent.rawUserAgent"),
            both(),
            "/client/userAgent/rawUserAgent",
            json!(USER_AGENT),
        ),
        (
            ("actors[Client].ipAddress", "client.ipAddress"),
            both(),
            "/client/ipAddress",
            json!("192.0.2.7"),
        ),
        (
            ("actors[Client].ipAddress", "request.ipChain[0].ip"),
            both(),
            "/request/ipChain",
            json!([{"ip": "192.0.2.7", "geographicalContext": null, "version": "V4", "source": null}]),
        ),
        (
            ("actors[User].displayName", "actor.displayName"),
            both(),
            "/actor/displayName",
            json!("Sample User"),
        ),
        (
            ("actors[User].id", "actor.id"),
            both(),
            "/actor/id",
            json!("00u1"),
        ),
        (
            ("actors[User].login", "actor.alternateId"),
            both(),
            "/actor/alternateId",
            json!("sample@example.com"),
        ),
        (
            ("actors[User].objectType", "actor.type"),
            both(),
            "/actor/type",
            json!("User"),
        ),
        (
            ("eventId", "debugContext.debugData.legacyEvent.eventId"),
            event(json!({"eventId": "tev1"})),
            "/debugContext/debugData/legacyEvent/eventId",
            json!("tev1"),
        ),
        (
            ("eventId", "uuid"),
            event(json!({"eventId": "tev1"})),
            "/uuid",
            json!("ec073b94-4ab9-5d4b-bbed-4e03779ada62"),
        ),
        (
            ("published", "published"),
            event(json!({"published": "2018-02-01T00:59:59+01:00"})),
            "/published",
            json!("2018-01-31T23:59:59.000Z"),
        ),
        (
            ("requestId", "transaction.id"),
            event(json!({"requestId": "req1"})),
            "/transaction",
            json!({"type": "WEB", "id": "req1", "detail": {}}),
        ),
        (
            ("sessionId", "authenticationContext.externalSessionId"),
            event(json!({"sessionId": "102a"})),
            "/authenticationContext/externalSessionId",
            json!("102a"),
        ),
        (
            ("targets", "debugContext.debugData.legacyEvent.targets"),
            event(json!({"targets": [target(), {"id": "x", "rank": 1.5}]})),
            "/debugContext/debugData/legacyEvent/targets",
            json!([{}, {"rank": 1.5}]),
        ),
        (
            ("targets[0]", "actor"),
            event(json!({"actors": [client()], "targets": [{"id": "", "objectType": "User"}]})),
            "/actor",
            json!({"id": "unknown", "type": "User", "alternateId": null, "displayName": null, "detailEntry": null}),
        ),
        (
            ("targets[].displayName", "target[].displayName"),
            targets(),
            "/target/1/displayName",
            json!("Sample App"),
        ),
        (
            ("targets[].id", "target[].id"),
            targets(),
            "/target/1/id",
            json!("0oa1"),
        ),
        (
            ("targets[].login", "target[].alternateId"),
            targets(),
            "/target/0/alternateId",
            json!("sample@example.com"),
        ),
        (
            ("targets[].objectType", "target[].type"),
            targets(),
            "/target/1/type",
            json!("AppInstance"),
        ),
    ];
    rows.into_iter()
        .map(|(row, event, path, value)| (row, (event, path, value)))
        .collect()
}

#[test]
fn every_row_of_the_attribute_table_holds() {
    let cases = cases();
    let mut reader = csv::Reader::from_reader(ATTRIBUTES_CSV.as_bytes());
    let mut rows = 0;
    for record in reader.records() {
        let record = record.unwrap();
        let row = (&record[0], &record[1]);
        let (event, path, expected) = cases
            .get(&row)
            .unwrap_or_else(|| panic!("no case for {row:?}"));
        let log_event = convert(event);
        assert_eq!(log_event.pointer(path), Some(expected), "{row:?}");
        assert!(
            ["exact", "changed", "kept aside", "added"].contains(&&record[2]),
            "{row:?}: fidelity {}",
            &record[2]
        );
        rows += 1;
    }
    assert_eq!(rows, cases.len(), "a case without a row");
}

#[test]
fn a_real_value_is_never_replaced_by_a_derived_one() {
    // The browser is the Client's displayName, whatever the user agent says.
    let mut named = client();
    named["displayName"] = json!("SAFARI");
    let log_event = convert(&event(json!({"actors": [named]})));
    assert_eq!(
        log_event.pointer("/client/userAgent/browser"),
        Some(&json!("SAFARI"))
    );
    let mut unnamed = client();
    unnamed.as_object_mut().unwrap().remove("displayName");
    let log_event = convert(&event(json!({"actors": [user(), unnamed]})));
    assert_eq!(
        log_event.pointer("/client/userAgent/browser"),
        Some(&json!("FIREFOX"))
    );
}

#[test]
fn a_job_has_a_client_without_values_and_no_ip_chain() {
    let log_event = convert(&event(json!({
        "action": {"requestUri": "Background"},
        "actors": [{"id": "spr1", "objectType": "User"}, {"ipAddress": "", "objectType": "Client"}],
    })));
    assert_eq!(
        log_event.pointer("/actor/type"),
        Some(&json!("SystemPrincipal"))
    );
    assert_eq!(log_event["request"], json!({"ipChain": []}));
    let client = log_event["client"].as_object().unwrap();
    assert!(client.values().all(Value::is_null), "{client:?}");
    assert_eq!(log_event.pointer("/transaction/type"), Some(&json!("JOB")));
}

#[test]
fn an_unknown_type_and_one_without_a_successor_stand_unchanged_or_are_rejected() {
    for (legacy_event_type, code) in [
        ("app.acme.export", "unknown-type"),
        ("iwa.ping", "no-successor"),
    ] {
        let record = event(json!({"action": {"objectType": legacy_event_type}}));
        let log_event = convert(&record);
        assert_eq!(log_event["eventType"], json!(legacy_event_type));
        let options = ConvertOptions {
            unknown_types: UnknownTypes::Reject,
            ..Default::default()
        };
        let reject = try_convert(&record.to_string(), options).unwrap_err();
        assert_eq!(reject.code(), code);
    }
}

#[test]
fn a_reason_is_read_off_the_message() {
    let failed = |message: &str| {
        let record = event(
            json!({"action": {"objectType": "core.user_auth.login_failed", "message": message}}),
        );
        let log_event = convert(&record);
        (
            log_event.pointer("/outcome/reason").unwrap().clone(),
            log_event["severity"].clone(),
        )
    };
    assert_eq!(
        failed("Sign-in Failed - Not Specified  "),
        (json!("NOT_SPECIFIED"), json!("WARN"))
    );
    assert_eq!(
        failed("Sign-In Failed - Verification failed for user: a"),
        (json!("VERIFICATION_ERROR"), json!("INFO"))
    );
    assert_eq!(failed("Something else"), (Value::Null, json!("WARN")));
    let factor = convert(&event(
        json!({"action": {"objectType": "core.user.factor.activate", "message": "User set up \"SMS\" factor"}}),
    ));
    assert_eq!(
        factor.pointer("/outcome/reason"),
        Some(&json!("User set up \"SMS\" factor"))
    );
}

#[test]
fn without_nulls_only_what_is_known_is_left() {
    let options = ConvertOptions {
        omit_nulls: true,
        ..Default::default()
    };
    let record = event(json!({"eventId": null, "actors": [user()]})).to_string();
    let log_event = try_convert(&record, options).unwrap();
    insta::assert_snapshot!(log_event);
}

#[test]
fn every_reject_says_what_was_found_and_expected() {
    let records = [
        "",
        "{\"published\":",
        "{\"a\":1,}",
        "42",
        "[{}]",
        "\"text\"",
        "null",
        "true",
        "{}",
        "{\"action\":\"app.auth.sso\"}",
        "{\"action\":{}}",
        "{\"action\":{\"objectType\":\"\"}}",
        "{\"action\":{\"objectType\":7}}",
        "{\"action\":{\"objectType\":\"\\ud800\"}}",
        "{\"action\":{\"objectType\":\"app.auth.sso\"}}",
        "{\"action\":{\"objectType\":\"app.auth.sso\"},\"published\":\"yesterday\"}",
        "{\"action\":{\"objectType\":\"app.auth.sso\"},\"published\":1517443199000}",
        "{\"a\":1,\"b\":2,\"a\":3}",
        "{\"action\":{\"objectType\":\"app.auth.sso\",\"objectType\":\"app.auth.slo\"}}",
        "{\"published\":\"2018-01-31T23:59:59.000Z\",\"action\":{\"objectType\":\"a\"},\"x\":[{\"k\":1,\"\\u006b\":2}]}",
        "{\"published\":\"2018-01-31T23:59:59.000Z\",\"action\":{\"objectType\":\"a\"},\"actors\":[{\"id\":1,\"id\":2}]}",
    ];
    let mut told: Vec<String> = records
        .iter()
        .map(|record| {
            let reject = try_convert(record, ConvertOptions::default()).unwrap_err();
            format!("{record}\n  {}: {reject}", reject.code())
        })
        .collect();
    let deep = format!(
        "{{\"published\":\"2018-01-31T23:59:59.000Z\",\"action\":{{\"objectType\":\"a\"}},\"x\":{}{}}}",
        "[".repeat(100_000),
        "]".repeat(100_000)
    );
    let reject = try_convert(&deep, ConvertOptions::default()).unwrap_err();
    told.push(format!("100,000 brackets\n  {}: {reject}", reject.code()));
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn a_log_event_passes_through_to_the_letter() {
    let text = r#"{ "uuid":"u1", "eventType":"user.session.start", "n":1.0,"published":"2019-01-01T00:00:00.000Z" }"#;
    assert_eq!(try_convert(text, ConvertOptions::default()).unwrap(), text);
    let over_lines = text.replace(", ", ",\n");
    let one_line = try_convert(&over_lines, ConvertOptions::default()).unwrap();
    assert!(same_json(text, &one_line).unwrap() && !one_line.contains('\n'));
    // And restoring leaves it alone.
    let mut out = Vec::new();
    assert_eq!(restore(text, &mut out), Ok(Restored::PassedThrough));
    assert_eq!(out, text.as_bytes());
    assert!(
        try_convert(
            r#"{"uuid":"u","eventType":"e","x":{"a":1,"a":2}}"#,
            ConvertOptions::default()
        )
        .is_err()
    );
}

#[test]
fn a_log_event_that_convert_did_not_make_is_not_restored() {
    for text in [
        r#"{"eventType":"x","uuid":"u","debugContext":{"debugData":{"legacyEvent":{}}}}"#,
        r#"{"eventType":"x","uuid":"ec073b94-4ab9-5d4b-bbed-4e03779ada62","debugContext":{"debugData":{"legacyEvent":{"eventId":"other"}}}}"#,
    ] {
        let mut out = Vec::new();
        assert_eq!(restore(text, &mut out), Ok(Restored::PassedThrough));
        assert_eq!(out, text.as_bytes());
    }
}

#[test]
fn a_user_with_a_system_principals_id_is_one() {
    for (object_type, actor_type) in [("User", "SystemPrincipal"), ("Robot", "Robot")] {
        let actor = json!({"id": "spr1", "objectType": object_type});
        let log_event = convert(&event(json!({"actors": [actor, client()]})));
        assert_eq!(log_event.pointer("/actor/type"), Some(&json!(actor_type)));
    }
}

/// Whole conversions, to be read line by line.
#[test]
fn whole_events() {
    let guide: Vec<Value> = serde_json::from_str(include_str!(
        "../../../fixtures/archive/quirks/guide-admin-sign-in.json"
    ))
    .unwrap();
    insta::assert_json_snapshot!("admin_sign_in", convert(&guide[0]));
    let lines = include_str!("../../../fixtures/archive/quirks/actors.ndjson");
    let line = |at: usize| serde_json::from_str::<Value>(lines.lines().nth(at).unwrap()).unwrap();
    insta::assert_json_snapshot!("failed_sign_in_with_a_client_only", convert(&line(1)));
    insta::assert_json_snapshot!("system_principal", convert(&line(0)));
    insta::assert_json_snapshot!("ten_actors", convert(&line(8)));
}
