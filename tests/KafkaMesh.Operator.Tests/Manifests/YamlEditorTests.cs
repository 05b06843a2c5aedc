using System.Text.Json.Nodes;
using KafkaMesh.Operator.Manifests.Yaml;

namespace KafkaMesh.Operator.Tests.Manifests;

/// <summary>Changes of YAML texts touch only the lines that must change.</summary>
public sealed class YamlEditorTests
{
    [Theory]
    // Keys are added below the last one, at its indentation; comments stay.
    [InlineData("m: # a\n    a: 1 # b\n    # c\no: 2\n", """{"m":{"a":1,"b":{"c":["x"]}},"o":2}""", "m: # a\n    a: 1 # b\n    b:\n      c:\n      - x\n    # c\no: 2\n")]
    [InlineData("m:\n  a: 1", """{"m":{"a":1,"b":2},"c":3}""", "m:\n  a: 1\n  b: 2\nc: 3")]
    [InlineData("m:\r\n  a: 1\r\no: 2\r\n", """{"m":{"a":1,"b":2},"o":2}""", "m:\r\n  a: 1\r\n  b: 2\r\no: 2\r\n")]
    [InlineData("m:\n  a: |\n    text\n\n  # c\no: 2\n", """{"m":{"a":"text\n","b":2},"o":2}""", "m:\n  a: |\n    text\n\n  b: 2\n  # c\no: 2\n")]
    [InlineData("m:\n  a: |+\n    text\n\no: 2\n", """{"m":{"a":"text\n\n","b":2},"o":2}""", "m:\n  a: |+\n    text\n\n  b: 2\no: 2\n")]
    // Lists follow the document's indentation.
    [InlineData("l:\n  # first\n  - name: a # x\n    v: 1\n  # tail\no: 2\n", """{"l":[{"name":"z"},{"name":"a","v":1},{"name":"w","w":["q"]}],"o":2}""",
        "l:\n  - name: z\n  # first\n  - name: a # x\n    v: 1\n  - name: w\n    w:\n      - q\n  # tail\no: 2\n")]
    [InlineData("l:\n- a\n- b\n", """{"l":["a","c","b"]}""", "l:\n- a\n- c\n- b\n")]
    [InlineData("l: []\n", """{"l":["a"]}""", "l:\n- a\n")]
    [InlineData("l:\nm: 1 # c\n", """{"l":["a"],"m":1}""", "l:\n- a\nm: 1 # c\n")]
    [InlineData("l: null # none\n", """{"l":["a"]}""", "l:\n- a\n")]
    [InlineData("l:\n- name: a\n  v: {x: 1}\n", """{"l":[{"name":"a","v":{"x":2,"z":"on"}}]}""", "l:\n- name: a\n  v: {x: 2, z: \"on\"}\n")]
    // Things are taken out with their line.
    [InlineData("a: 1 # a\nb:\n  c: 2\n  d: 3\n# e\nf: 4\n", """{"b":{"d":3},"f":4}""", "b:\n  d: 3\n# e\nf: 4\n")]
    [InlineData("l:\n- a\n# b is gone\n- b\n- c\n", """{"l":["a","c"]}""", "l:\n- a\n# b is gone\n- c\n")]
    // What takes another's place stands where that one stood.
    [InlineData("m:\n  a: 1\n  b: # b\n    x: 1\n  c: 3 # c\n", """{"m":{"a":1,"d":{"p":2},"c":3}}""", "m:\n  a: 1\n  d:\n    p: 2\n  c: 3 # c\n")]
    [InlineData("m:\n  b: {x: 1} # b\n  c: 3\n", """{"m":{"d":{"p":2},"c":3}}""", "m:\n  d: {p: 2} # b\n  c: 3\n")]
    [InlineData("m: {a: 1, b: {x: 1}, c: 3}\n", """{"m":{"a":1,"d":{"p":[2]},"c":3,"e":4}}""", "m: {a: 1, d: {p: [2]}, c: 3, e: 4}\n")]
    [InlineData("m: {b: 1}\n", """{"m":{"d":2}}""", "m: {d: 2}\n")]
    // Flow style stays flow style.
    [InlineData("m: {a: b} # c\n", """{"m":{"a":"b","x/y":"{\"q\":1}"}}""", "m: {a: b, x/y: \"{\\\"q\\\":1}\"} # c\n")]
    [InlineData("m: {}\n", """{"m":{"a":"b"}}""", "m: {a: b}\n")]
    [InlineData("m: {a: 1, b: 2, c: 3, d: 4}\n", """{"m":{"b":2}}""", "m: {b: 2}\n")]
    [InlineData("l: [a, b, c]\n", """{"l":["x","b","z"]}""", "l: [x, b, z]\n")]
    [InlineData("{a: 1,\n b: [2]}\n", """{"a":1,"b":[2,3],"c":{"d":null}}""", "{a: 1,\n b: [2, 3], c: {d: null}}\n")]
    // An alias and a merge are resolved where they must differ, and nowhere else.
    [InlineData("a: &x {p: 1}\nb: *x\n", """{"a":{"p":1},"b":{"p":1,"q":2}}""", "a: &x {p: 1}\nb:\n  p: 1\n  q: 2\n")]
    [InlineData("a: &x {p: 1}\nb:\n  <<: *x\n  q: 2\n", """{"a":{"p":1},"b":{"p":1,"q":2,"r":3}}""", "a: &x {p: 1}\nb:\n  <<: *x\n  q: 2\n  r: 3\n")]
    [InlineData("---\na: &x\n  p: 1\nb:\n  <<: *x\n", """{"a":{"p":1},"b":{"q":1}}""", "---\na: &x\n  p: 1\nb:\n  q: 1\n")]
    [InlineData("--- # one\na: 1\n...\n", """{"a":1,"b":2}""", "--- # one\na: 1\nb: 2\n...\n")]
    public void Edit_InPlace_TouchesOnlyWhatChanges(string text, string target, string expected)
    {
        Assert.Equal(expected, Edit(text, target, out var rewritten));
        Assert.False(rewritten);
    }

    [Theory]
    [InlineData("# head\na: &x\n  p: 1\nb: *x\n# tail\n", """{"a":{"p":1,"q":2},"b":{"p":1}}""", "# head\na:\n  p: 1\n  q: 2\nb:\n  p: 1\n# tail\n")]
    public void Edit_AnchorWhereTheChangeIs_WritesTheDocumentAnew(string text, string target, string expected)
    {
        Assert.Equal(expected, Edit(text, target, out var rewritten));
        Assert.True(rewritten);
    }

    [Fact]
    public void Edit_RandomTrees_ReadAsIntended()
    {
        var random = new Random(4092);
        for (var round = 0; round < 1000; round++)
        {
            var before = RandomMap(random, 3);
            var text = random.Next(4) == 0 ? YamlWriter.WriteFlow(before) + "\n" : YamlWriter.Write(before, indentSequences: random.Next(2) == 0);
            Assert.True(JsonNode.DeepEquals(before, Read(text)), text);
            var after = Mutated(random, before);

            var edited = YamlEditor.Edit(text, Read(text), after, out _);

            Assert.True(JsonNode.DeepEquals(after, Read(edited)), $"{text}\n{edited}\n{after}");
        }
    }

    [Theory]
    [InlineData("on")]
    [InlineData("1.10")]
    [InlineData("0644")]
    [InlineData("1e3")]
    [InlineData("2026-01-01")]
    [InlineData("1:20")]
    [InlineData("~")]
    [InlineData("")]
    [InlineData(" leading")]
    [InlineData("trailing ")]
    [InlineData("a: b")]
    [InlineData("a #b")]
    [InlineData("- a")]
    [InlineData("*a")]
    [InlineData("it's \"quoted\"")]
    [InlineData("two\nlines\n")]
    [InlineData("two\nlines")]
    [InlineData("two\nlines\n\n\n")]
    [InlineData(" indented\nfirst\n")]
    [InlineData("tab\tand \u00e9 \u2028 😀 \u0007 \u0085")]
    [InlineData("trailing \nspace\n")]
    [InlineData("\n")]
    [InlineData("---\n")]
    public void Write_TextThatLooksLikeSomethingElse_ReadsAsTheSameText(string text)
    {
        var node = new JsonObject { ["k"] = text, [text] = new JsonArray(text, new JsonObject { ["x"] = text }) };

        Assert.True(JsonNode.DeepEquals(node, Read(YamlWriter.Write(node))), YamlWriter.Write(node));
        Assert.True(JsonNode.DeepEquals(node, Read("x: " + YamlWriter.WriteFlow(node) + "\n")["x"]), YamlWriter.WriteFlow(node));
    }

    private static string Edit(string text, string target, out bool rewritten) =>
        YamlEditor.Edit(text, Read(text), JsonNode.Parse(target)!.AsObject(), out rewritten);

    private static JsonObject Read(string text) => JsonNode.Parse(YamlJson.From(SourceParser.Parse(text)!)!.ToJsonString())!.AsObject();

    private static JsonNode? Mutated(Random random, JsonNode? node, int depth = 0)
    {
        switch (node)
        {
            case JsonObject map:
                var changed = new JsonObject(map.Where(_ => random.Next(5) > 0).Select(p => KeyValuePair.Create(p.Key, Mutated(random, p.Value, depth + 1))));
                if (random.Next(3) == 0)
                    changed["added" + random.Next(3)] = RandomNode(random, 2);
                return changed;
            case JsonArray list:
                var items = list.Where(_ => random.Next(5) > 0).Select(i => Mutated(random, i, depth + 1)).ToList();
                if (random.Next(3) == 0)
                    items.Insert(random.Next(items.Count + 1), RandomNode(random, 2));
                return new JsonArray([.. items]);
            default:
                return random.Next(5) == 0 ? RandomNode(random, 1) : node?.DeepClone();
        }
    }

    private static JsonObject Mutated(Random random, JsonObject map) => Mutated(random, map, 0)!.AsObject();

    private static JsonNode? RandomNode(Random random, int depth) => random.Next(depth > 0 ? 6 : 4) switch
    {
        0 => null,
        1 => JsonValue.Create(random.Next(100)),
        2 => JsonValue.Create(random.Next(2) == 0),
        3 => JsonValue.Create(((string[])["x", "on", "two\nlines\n", "a: b", "", "it's", "1.0"])[random.Next(7)]),
        4 => new JsonArray([.. Enumerable.Range(0, random.Next(4)).Select(_ => RandomNode(random, depth - 1))]),
        _ => RandomMap(random, depth - 1),
    };

    private static JsonObject RandomMap(Random random, int depth) =>
        new(Enumerable.Range(0, random.Next(1, 4)).Select(i => KeyValuePair.Create(((string[])["name", "key", "on"])[i], RandomNode(random, depth))));
}
