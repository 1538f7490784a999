//! Answers of servers that heed nothing, and of those that mean harm.

use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};

use crate::table::reading::parse;

/// What must not be kept.
const PLANTED: &str = "UExBTlRFRA";

/// Any value, with the words of tables and Secrets in it.
fn value() -> impl Strategy<Value = Value> {
    let word = select(vec![
        "kind",
        "apiVersion",
        "metadata",
        "columnDefinitions",
        "rows",
        "cells",
        "object",
        "items",
        "data",
        "name",
        "continue",
    ]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        select(vec![
            "Table",
            "SecretList",
            "meta.k8s.io/v1",
            "Name",
            "Type",
            "a",
            PLANTED
        ])
        .prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 5, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::vec((word.clone(), inner), 0..5).prop_map(|fields| {
                let fields = fields
                    .into_iter()
                    .map(|(field, value)| (field.to_owned(), value));
                Value::Object(fields.collect::<Map<_, _>>())
            }),
        ]
    })
}

/// Where something that does not belong there is put into a table.
#[derive(Debug, Clone, Copy)]
enum Place {
    Object,
    Row,
    Cell,
    Kind,
    Top,
    Metadata,
    Column,
}

/// A table with something planted in the row of that number, or beside the rows.
fn planted(place: Place, at: usize, rows: usize, what: &Value) -> Value {
    let mut table = json!({"kind": "Table", "apiVersion": "meta.k8s.io/v1", "metadata": {"resourceVersion": "7"},
        "columnDefinitions": [{"name": "Name"}, {"name": "Type"}, {"name": "Data"}, {"name": "Age"}],
        "rows": vec![json!({"cells": ["a", "t", 1, "5m"], "object": null}); rows]});
    let spot = match place {
        Place::Object => &mut table["rows"][at]["object"],
        Place::Row => &mut table["rows"][at]["data"],
        Place::Cell => &mut table["rows"][at]["cells"][2],
        Place::Kind => &mut table["kind"],
        Place::Top => &mut table["items"],
        Place::Metadata => &mut table["metadata"]["annotations"],
        Place::Column => &mut table["columnDefinitions"][2]["description"],
    };
    *spot = what.clone();
    table
}

proptest! {
    #[test]
    fn only_a_table_without_objects_is_read(value in value()) {
        if parse(value.to_string().as_bytes()).is_ok() {
            prop_assert_eq!(&value["kind"], "Table");
            for row in value["rows"].as_array().into_iter().flatten() {
                prop_assert!(row["object"].is_null(), "{}", row);
            }
        }
    }

    #[test]
    fn what_is_planted_in_a_table_is_refused_or_not_kept(
        place in select(vec![Place::Object, Place::Row, Place::Cell, Place::Kind, Place::Top, Place::Metadata, Place::Column]),
        (at, rows) in (1..6_usize).prop_flat_map(|rows| (0..rows, Just(rows))),
        what in value(),
    ) {
        let what = json!({"data": PLANTED, "more": what});
        let read = parse(planted(place, at, rows, &what).to_string().as_bytes());
        prop_assert!(!format!("{read:?}").contains(PLANTED), "{:?}", read);
        let harmless = matches!(place, Place::Metadata | Place::Column);
        prop_assert_eq!(read.is_ok(), harmless, "{:?}", place);
        // As text, it is what a cell may hold, and not what is kept of one.
        let text = parse(planted(place, at, rows, &Value::from(PLANTED)).to_string().as_bytes());
        prop_assert!(!format!("{text:?}").contains(PLANTED), "{:?}", text);
        prop_assert_eq!(text.is_ok(), harmless || matches!(place, Place::Cell), "{:?}", place);
    }

    #[test]
    fn what_is_torn_or_garbled_is_refused(rows in 0..4_usize, cut in any::<prop::sample::Index>(), bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let whole = planted(Place::Cell, 0, rows.max(1), &json!(1)).to_string();
        let torn = whole.as_bytes().get(..cut.index(whole.len())).unwrap_or_default();
        prop_assert!(parse(torn).is_err());
        // Never a panic, whatever comes.
        let _ = parse(bytes.as_slice());
    }

    #[test]
    fn names_that_are_none_are_refused(name in "[ -~]{0,12}") {
        let table = json!({"kind": "Table", "apiVersion": "meta.k8s.io/v1",
            "columnDefinitions": [{"name": "Name"}], "rows": [{"cells": [name], "object": null}]});
        let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '.');
        prop_assert_eq!(parse(table.to_string().as_bytes()).is_ok(), is_name);
    }
}
