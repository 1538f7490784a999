//! What is subtle in the way from the API's spelling to the view.

use crate::view::{Object, Pod};
use crate::{Kind, decode};

fn pod(metadata: &str, spec: &str) -> Pod {
    let json = format!(r#"{{"metadata":{metadata},"spec":{spec}}}"#);
    match decode(Kind::Pod, &json, &[]) {
        Ok(Object::Pod(pod)) => pod,
        other => panic!("{other:?}"),
    }
}

#[test]
fn capabilities_lose_their_prefix_but_cap_all_is_not_all() {
    let pod = pod(
        "{}",
        r#"{"containers":[{"name":"a","securityContext":{"capabilities":
            {"add":["cap_sys_admin","SYS_TIME"],"drop":["CAP_ALL","all"]}}}]}"#,
    );
    let capabilities = &pod.spec.containers[0].security.capabilities;
    assert_eq!(
        capabilities.add,
        ["SYS_ADMIN".into(), "SYS_TIME".into()] as [crate::view::Text; 2]
    );
    assert_eq!(
        capabilities.drop,
        ["CAP_ALL".into(), "ALL".into()] as [crate::view::Text; 2]
    );
}

#[test]
fn a_legacy_app_armor_annotation_stands_in_for_the_field() {
    let read = |value: &str, context: &str| {
        let key = "container.apparmor.security.beta.kubernetes.io/a";
        let pod = pod(
            &format!(r#"{{"annotations":{{"{key}":"{value}"}}}}"#),
            &format!(r#"{{"containers":[{{"name":"a","securityContext":{context}}}]}}"#),
        );
        pod.spec.containers[0].security.app_armor.clone().unwrap()
    };
    assert_eq!(read("unconfined", "{}").as_ref(), "Unconfined");
    assert_eq!(read("runtime/default", "{}").as_ref(), "RuntimeDefault");
    assert_eq!(read("localhost/mine", "{}").as_ref(), "Localhost");
    assert_eq!(read("nonsense", "{}").as_ref(), "nonsense");
    let field = r#"{"appArmorProfile":{"type":"Unconfined"}}"#;
    assert_eq!(read("runtime/default", field).as_ref(), "Unconfined");
}

#[test]
fn hosts_of_every_handler_are_kept() {
    let pod = pod(
        "{}",
        r#"{"containers":[{"name":"a",
            "livenessProbe":{"httpGet":{"host":"a"}},
            "readinessProbe":{"tcpSocket":{"host":"b"}},
            "startupProbe":{"httpGet":{"host":""},"exec":{"command":["x"]}},
            "lifecycle":{"postStart":{"httpGet":{"host":"c"}},"preStop":{"tcpSocket":{"host":"d"}}}}]}"#,
    );
    let hosts = pod.spec.containers[0].handler_hosts.iter();
    let found: Vec<(&str, &str)> = hosts
        .map(|handler| (handler.field, handler.host.as_ref()))
        .collect();
    assert_eq!(
        found,
        [
            ("livenessProbe.httpGet.host", "a"),
            ("readinessProbe.tcpSocket.host", "b"),
            ("lifecycle.postStart.httpGet.host", "c"),
            ("lifecycle.preStop.tcpSocket.host", "d"),
        ]
    );
}

#[test]
fn a_mirror_pod_is_one_its_own_node_shows_from_a_file() {
    let mirror = |source: &str, owner: &str, node: &str| {
        let pod = pod(
            &format!(
                r#"{{"annotations":{{"kubernetes.io/config.mirror":"h","kubernetes.io/config.source":"{source}"}},
                "ownerReferences":[{{"apiVersion":"v1","kind":"{owner}","name":"n1","controller":true}}]}}"#
            ),
            &format!(r#"{{"nodeName":"{node}","containers":[]}}"#),
        );
        pod.mirror
    };
    assert!(mirror("file", "Node", "n1"));
    assert!(!mirror("api", "Node", "n1"));
    assert!(!mirror("file", "ReplicaSet", "n1"));
    assert!(!mirror("file", "Node", "n2"));
}

#[test]
fn scratch_volumes_on_disk_are_kept_with_who_may_write_to_them() {
    let pod = pod(
        "{}",
        r#"{"volumes":[{"name":"disk","emptyDir":{}},{"name":"bound","emptyDir":{"sizeLimit":"1Gi"}},
            {"name":"zero","emptyDir":{"sizeLimit":0}},{"name":"memory","emptyDir":{"medium":"Memory"}}],
            "containers":[{"name":"a","volumeMounts":[{"name":"disk"},{"name":"memory"},
            {"name":"bound","readOnly":true}]}]}"#,
    );
    let dirs = pod.spec.empty_dirs.iter();
    let dirs: Vec<(&str, bool)> = dirs.map(|dir| (dir.volume.as_ref(), dir.limited)).collect();
    assert_eq!(dirs, [("disk", false), ("bound", true), ("zero", false)]);
    assert_eq!(pod.spec.containers[0].empty_dir_mounts, ["disk".into()]);
}

#[test]
fn a_pod_is_for_windows_by_its_os_or_by_the_nodes_it_selects() {
    let windows = |spec: &str| pod("{}", spec).spec.windows;
    assert!(windows(r#"{"containers":[],"os":{"name":"windows"}}"#));
    assert!(windows(
        r#"{"containers":[],"nodeSelector":{"kubernetes.io/os":"windows"}}"#
    ));
    assert!(!windows(
        r#"{"containers":[],"nodeSelector":{"kubernetes.io/os":"linux"}}"#
    ));
    assert!(!windows(r#"{"containers":[]}"#));
}
