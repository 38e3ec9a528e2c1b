//! The program one would write first: serde_json into owned structs, a `HashMap` of types, the
//! same conversion, and serde_json out again. The measure of what the fast path is worth.

use std::collections::HashMap;
use std::io::{BufRead, Write};
use std::net::IpAddr;

use events2logs_mapping::{NAMESPACE, Tables};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use uuid::Uuid;

/// Attributes that no rule names.
type Other = Map<String, Value>;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Legacy {
    event_id: String,
    session_id: Option<String>,
    request_id: Option<String>,
    published: String,
    action: Action,
    #[serde(default)]
    actors: Vec<Party>,
    #[serde(default)]
    targets: Vec<Party>,
    #[serde(flatten)]
    other: Other,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Action {
    message: Option<String>,
    object_type: String,
    request_uri: Option<String>,
    #[serde(flatten)]
    other: Other,
}

#[derive(Deserialize, Serialize, Clone)]
#[serde(rename_all = "camelCase")]
struct Party {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    object_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    display_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    login: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ip_address: Option<String>,
    #[serde(flatten)]
    other: Other,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LogEvent {
    actor: Option<Entity>,
    client: Client,
    device: Option<()>,
    authentication_context: AuthenticationContext,
    display_message: Option<String>,
    event_type: String,
    outcome: Option<Outcome>,
    published: String,
    security_context: SecurityContext,
    severity: Option<&'static str>,
    debug_context: DebugContext,
    legacy_event_type: String,
    transaction: Transaction,
    uuid: Uuid,
    version: &'static str,
    request: Request,
    target: Option<Vec<Entity>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Entity {
    id: Option<String>,
    r#type: Option<String>,
    alternate_id: Option<String>,
    display_name: Option<String>,
    detail_entry: Option<()>,
}

#[derive(Serialize, Default)]
#[serde(rename_all = "camelCase")]
struct Client {
    user_agent: Option<UserAgent>,
    zone: Option<()>,
    device: Option<String>,
    id: Option<()>,
    ip_address: Option<String>,
    geographical_context: Option<()>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct UserAgent {
    raw_user_agent: Option<String>,
    os: Option<String>,
    browser: Option<String>,
}

#[derive(Serialize, Default)]
#[serde(rename_all = "camelCase")]
struct AuthenticationContext {
    authentication_provider: Option<()>,
    credential_provider: Option<()>,
    credential_type: Option<()>,
    issuer: Option<()>,
    interface: Option<()>,
    authentication_step: u32,
    external_session_id: Option<String>,
}

#[derive(Serialize)]
struct Outcome {
    result: Option<&'static str>,
    reason: Option<String>,
}

#[derive(Serialize, Default)]
#[serde(rename_all = "camelCase")]
struct SecurityContext {
    as_number: Option<()>,
    as_org: Option<()>,
    isp: Option<()>,
    domain: Option<()>,
    is_proxy: Option<()>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct DebugContext {
    debug_data: DebugData,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct DebugData {
    #[serde(skip_serializing_if = "Option::is_none")]
    request_uri: Option<String>,
    legacy_event: Value,
}

#[derive(Serialize)]
struct Transaction {
    r#type: Option<&'static str>,
    id: Option<String>,
    detail: Other,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Request {
    ip_chain: Vec<IpChainEntry>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct IpChainEntry {
    ip: String,
    geographical_context: Option<()>,
    version: &'static str,
    source: Option<()>,
}

/// What the table says of one type.
struct Type {
    event_type: String,
    result: Option<&'static str>,
    reason: Option<String>,
    severity: Option<&'static str>,
}

/// The converter: its tables, and the user agents it has met.
pub(crate) struct Straightforward<'t> {
    tables: &'t Tables,
    types: HashMap<String, Type>,
    user_agents: HashMap<String, (Option<String>, Option<String>)>,
}

impl<'t> Straightforward<'t> {
    pub(crate) fn new(tables: &'t Tables) -> Self {
        let types = tables.event_types.rows().iter().map(|row| {
            let known = Type {
                event_type: row
                    .event_type
                    .clone()
                    .unwrap_or_else(|| row.legacy_event_type.clone()),
                result: row.outcome_result.map(|result| result.as_str()),
                reason: row.outcome_reason.clone(),
                severity: row.severity.map(|severity| severity.as_str()),
            };
            (row.legacy_event_type.clone(), known)
        });
        Self {
            tables,
            types: types.collect(),
            user_agents: HashMap::new(),
        }
    }

    /// Converts the lines of `input` that hold events, and counts those that do not.
    pub(crate) fn run(
        &mut self,
        input: &mut dyn BufRead,
        out: &mut dyn Write,
    ) -> std::io::Result<u64> {
        let mut line = String::new();
        let mut rejected = 0_u64;
        loop {
            line.clear();
            if input.read_line(&mut line)? == 0 {
                return Ok(rejected);
            }
            match serde_json::from_str::<Legacy>(&line) {
                Ok(event) => {
                    serde_json::to_writer(&mut *out, &self.convert(event))?;
                    out.write_all(b"\n")?;
                }
                Err(_) => rejected = rejected.saturating_add(1),
            }
        }
    }

    fn convert(&mut self, event: Legacy) -> LogEvent {
        let leftover = leftover(&event);
        let mut actors = event.actors;
        let client_at = actors.iter().position(is_client);
        let client = client_at.map(|at| actors.remove(at));
        let known = self.types.get(&event.action.object_type);
        let by_message = event.action.message.as_deref().and_then(|message| {
            self.tables
                .message_reasons
                .find(&event.action.object_type, message)
        });
        let reason = match by_message {
            Some(found) => found
                .outcome_reason
                .map(str::to_owned)
                .or_else(|| event.action.message.clone()),
            None => known.and_then(|known| known.reason.clone()),
        };
        let result = known.and_then(|known| known.result);
        let actor = actors
            .into_iter()
            .find(|actor| !is_client(actor))
            .or_else(|| {
                client.as_ref()?;
                event.targets.first().cloned()
            });
        let address: Option<(String, IpAddr)> = client
            .as_ref()
            .and_then(|client| client.ip_address.as_ref())
            .and_then(|text| Some((text.clone(), text.parse().ok()?)));
        LogEvent {
            actor: actor.map(actor_entity),
            client: known_client(self.tables, &mut self.user_agents, client, address.as_ref()),
            device: None,
            authentication_context: AuthenticationContext {
                external_session_id: event.session_id,
                ..AuthenticationContext::default()
            },
            display_message: event.action.message,
            event_type: known.map_or_else(
                || event.action.object_type.clone(),
                |known| known.event_type.clone(),
            ),
            outcome: (result.is_some() || reason.is_some()).then_some(Outcome { result, reason }),
            published: published(event.published),
            security_context: SecurityContext::default(),
            severity: by_message
                .and_then(|found| found.severity)
                .map(|severity| severity.as_str())
                .or_else(|| known.and_then(|known| known.severity)),
            transaction: Transaction {
                r#type: match event.action.request_uri.as_deref() {
                    Some("Background") => Some("JOB"),
                    None if event.request_id.is_none() => None,
                    _ => Some("WEB"),
                },
                id: event.request_id,
                detail: Map::new(),
            },
            debug_context: DebugContext {
                debug_data: DebugData {
                    request_uri: event.action.request_uri,
                    legacy_event: leftover,
                },
            },
            legacy_event_type: event.action.object_type,
            uuid: Uuid::new_v5(&NAMESPACE, event.event_id.as_bytes()),
            version: "0",
            request: Request {
                ip_chain: address
                    .map(|(ip, address)| IpChainEntry {
                        ip,
                        geographical_context: None,
                        version: if address.is_ipv4() { "V4" } else { "V6" },
                        source: None,
                    })
                    .into_iter()
                    .collect(),
            },
            target: (!event.targets.is_empty())
                .then(|| event.targets.into_iter().map(entity).collect()),
        }
    }
}

fn known_client(
    tables: &Tables,
    user_agents: &mut HashMap<String, (Option<String>, Option<String>)>,
    client: Option<Party>,
    address: Option<&(String, IpAddr)>,
) -> Client {
    let Some(client) = client else {
        return Client::default();
    };
    let (os, device) = match &client.id {
        Some(raw) => match user_agents.get(raw) {
            Some(known) => known.clone(),
            None => {
                let found = tables.user_agents.find(raw);
                let found = (found.os.map(str::to_owned), found.device.map(str::to_owned));
                user_agents.insert(raw.clone(), found.clone());
                found
            }
        },
        None => (None, None),
    };
    let any = client.id.is_some() || client.display_name.is_some();
    Client {
        user_agent: any.then_some(UserAgent {
            raw_user_agent: client.id,
            os,
            browser: client.display_name,
        }),
        device,
        ip_address: address.map(|(ip, _)| ip.clone()),
        ..Client::default()
    }
}

fn is_client(party: &Party) -> bool {
    party.object_type.as_deref() == Some("Client")
}

fn entity(party: Party) -> Entity {
    Entity {
        id: party.id,
        r#type: party.object_type,
        alternate_id: party.login,
        display_name: party.display_name,
        detail_entry: None,
    }
}

fn actor_entity(party: Party) -> Entity {
    let mut entity = entity(party);
    match entity.id.as_deref() {
        Some("") => entity.id = Some("unknown".to_owned()),
        Some(id) if id.starts_with("spr") && entity.r#type.as_deref() == Some("User") => {
            entity.r#type = Some("SystemPrincipal".to_owned());
        }
        _ => {}
    }
    entity
}

/// What the LogEvent does not say.
fn leftover(event: &Legacy) -> Value {
    let mut kept = Map::new();
    kept.insert("eventId".to_owned(), json!(event.event_id));
    if !event.published.ends_with(".000Z") {
        kept.insert("published".to_owned(), json!(event.published));
    }
    if !event.action.other.is_empty() {
        kept.insert(
            "action".to_owned(),
            Value::Object(event.action.other.clone()),
        );
    }
    let usual = match event.actors.as_slice() {
        [actor] => !is_client(actor) && actor.other.is_empty(),
        [actor, client] => {
            !is_client(actor)
                && is_client(client)
                && actor.other.is_empty()
                && client.other.is_empty()
                && client.ip_address.as_deref() != Some("")
        }
        _ => false,
    };
    if !usual {
        kept.insert("actors".to_owned(), json!(event.actors));
    }
    if event.targets.is_empty() || event.targets.iter().any(|target| !target.other.is_empty()) {
        kept.insert("targets".to_owned(), json!(event.targets));
    }
    kept.extend(
        event
            .other
            .iter()
            .map(|(key, value)| (key.clone(), value.clone())),
    );
    Value::Object(kept)
}

fn published(text: String) -> String {
    match text.strip_suffix('Z') {
        Some(rest) if !rest.contains('.') => format!("{rest}.000Z"),
        _ => text,
    }
}
