//! Because a misread word is a false verdict: words, numbers, tags and keys as kubectl reads them.

use super::agree;

#[test]
fn words_of_yaml_1_1() {
    agree(&[
        (
            "[y, Y, yes, Yes, YES, yEs, true, True, TRUE, on, On, ON, tRue]",
            Some(r#"[true,true,true,true,true,"yEs",true,true,true,true,true,true,"tRue"]"#),
        ),
        (
            "[n, N, no, No, NO, nO, false, False, FALSE, off, Off, OFF, oFF]",
            Some(
                r#"[false,false,false,false,false,"nO",false,false,false,false,false,false,"oFF"]"#,
            ),
        ),
        ("['yes', \"no\", !!str on]", Some(r#"["yes","no","on"]"#)),
        (
            "[~, null, Null, NULL, nULL, '', \"~\", 'null']",
            Some(r#"[null,null,null,null,"nULL","","~","null"]"#),
        ),
        ("a:\nb: \nc: ~", Some(r#"{"a":null,"b":null,"c":null}"#)),
        ("yes: 1\noff: 2", Some(r#"{"false":2,"true":1}"#)),
        ("{on: push}", Some(r#"{"true":"push"}"#)),
    ]);
}

#[test]
fn whole_numbers() {
    agree(&[
        (
            "[0, -0, +0, 7, -7, +7, 007, 0644, -0644, 0o644, 0O17, 0x1F, -0x1f, 0X1f, 0b101, -0b11, 0B1]",
            Some("[0,0,0,7,-7,7,7,420,-420,420,15,31,-31,31,5,-3,1]"),
        ),
        (
            "[08, 0779, 0o8, 0xg, 0b2, 0x, 0b, 0o, '0644']",
            Some(r#"[8,779,"0o8","0xg","0b2","0x","0b","0o","0644"]"#),
        ),
        (
            "[1_000, 1__0, 1_, -_1, _1, 0x_1F, 0_7, 0b1_0]",
            Some(r#"[1000,10,1,-1,"_1",31,7,2]"#),
        ),
        (
            "[9223372036854775807, -9223372036854775808, 9223372036854775808, 18446744073709551615]",
            Some(
                "[9223372036854775807,-9223372036854775808,9223372036854775808,18446744073709551615]",
            ),
        ),
        (
            "[18446744073709551616, -9223372036854775809, +9223372036854775808, 123456789012345678901234567890]",
            Some(
                "[18446744073709552000,-9223372036854776000,9223372036854776000,1.2345678901234568e+29]",
            ),
        ),
        ("[0b-11, 0b+1, -0b-1, +0b1]", Some(r#"[-3,1,"-0b-1",1]"#)),
    ]);
}

#[test]
fn fractions() {
    agree(&[
        (
            "[1.5, -1.5, +1.5, .5, -.5, 1., 1.e3, 1e3, 1E3, 1e+3, 1e-3, -1e-9, 1.5e300]",
            Some("[1.5,-1.5,1.5,0.5,-0.5,1,1000,1000,1000,1000,0.001,-1e-09,1.5e+300]"),
        ),
        (
            "[1e20, 1e21, 1e22, 0.000001, 0.0000001, 1.0, 100.0]",
            Some("[100000000000000000000,1e+21,1e+22,1e-06,1e-07,1,100]"),
        ),
        (
            "[1e400, .1e999, 1e-400, .e1, '.', 1.2.3, 1e, e3, 0x1p4, 1_0.5, ._5, .5_0, infinity, nan, Inf, .infx]",
            Some(
                r#"["1e400",".1e999",0,".e1",".","1.2.3","1e","e3","0x1p4",10.5,"._5",0.5,"infinity","nan","Inf",".infx"]"#,
            ),
        ),
        (
            "[12:30, 12:30:45, 190:20:30.15, 1.2.3.4, 1/2, 50%, 500m, 1Gi]",
            Some(r#"["12:30","12:30:45","190:20:30.15","1.2.3.4","1/2","50%","500m","1Gi"]"#),
        ),
        (".inf", None),
        ("-.INF", None),
        ("[.nan]", None),
    ]);
}

#[test]
fn dates_are_text() {
    agree(&[(
        "[2001-12-14, 2001-12-14t21:59:43.10-05:00, 2001-12-14 21:59:43.10, 2026-01-01T00:00:00Z, 2001-1-1, 20010101]",
        Some(
            r#"["2001-12-14","2001-12-14t21:59:43.10-05:00","2001-12-14 21:59:43.10","2026-01-01T00:00:00Z","2001-1-1",20010101]"#,
        ),
    )]);
}

#[test]
fn tags() {
    agree(&[
        (
            "[!!str 123, !!int \"12\", !!float 1, !!float '1.5', !!bool yes, !!null '', !!timestamp 2001-01-01]",
            Some(r#"["123",12,1,1.5,true,null,"2001-01-01"]"#),
        ),
        (
            "[!local x, ! 12, ! \"12\", !<tag:yaml.org,2002:str> 5, !<tag:yaml.org,2002:int> 5, !<x> 5, !a/b%21c 1]",
            Some(r#"["x","12","12","5",5,"5","1"]"#),
        ),
        ("{a: !!str, b: !!null , c: !x }", None),
        ("!!map {a: !!seq [1]}", Some(r#"{"a":[1]}"#)),
        ("!!set {a, b}", Some(r#"{"a":null,"b":null}"#)),
        ("!!int x", None),
        ("!!bool 1", None),
        ("!!float x", None),
        ("!!null x", None),
        ("!e!x 1", None),
        ("!!int 1.5", None),
    ]);
}

#[test]
fn keys_become_text() {
    agree(&[
        (
            "1: a\n1.50: b\n0x10: c\n017: d\n-1: e",
            Some(r#"{"-1":"e","1":"a","1.5":"b","15":"d","16":"c"}"#),
        ),
        (
            "1e6: a\n0.00001: b\n123456.0: c\n1234567.0: d\n.5: e\n.inf: f",
            Some(
                r#"{".inf":"f","0.5":"e","1.234567e+06":"d","123456":"c","1e+06":"a","1e-05":"b"}"#,
            ),
        ),
        (
            "2001-01-01: a\ntrue: b\nno: c",
            Some(r#"{"2001-01-01":"a","false":"c","true":"b"}"#),
        ),
        (
            "? a\n: b\n? |\n  block\n: c\n? 'q'\n: d",
            Some(r#"{"a":"b","block\n":"c","q":"d"}"#),
        ),
        ("? a\nb: c", Some(r#"{"a":null,"b":"c"}"#)),
        (
            "{? a : b, ? c, d, e: , \"f\":g}",
            Some(r#"{"a":"b","c":null,"d":null,"e":null,"f":"g"}"#),
        ),
        ("~: a", None),
        (": a", None),
        ("{: a}", None),
        ("[a]: b", None),
        ("{a: b}: c", None),
        ("? - a\n: b", None),
        ("18446744073709551615: a", None),
        ("!!str 1: a", Some(r#"{"1":"a"}"#)),
        ("{?a: b, ?c: d}", Some(r#"{"a":"b","c":"d"}"#)),
        ("{a:b, c:1}", Some(r#"{"a:b":null,"c:1":null}"#)),
        ("{a: b?, c?: d}", None),
    ]);
}
