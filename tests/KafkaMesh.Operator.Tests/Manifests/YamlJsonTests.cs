using System.Text.Json.Nodes;
using KafkaMesh.Operator.Manifests;
using KafkaMesh.Operator.Manifests.Yaml;
using KafkaMesh.Operator.Tests.Cluster;

namespace KafkaMesh.Operator.Tests.Manifests;

/// <summary>YAML reads as Kubernetes reads it.</summary>
public sealed class YamlJsonTests
{
    private const string Traps = """
        a: on
        b: "on"
        c: 0644
        c2: 0o644
        c3: "0644"
        d: 1e3
        d2: 1.10
        d3: .5
        d4: -0x1F
        d5: 08
        d6: 1_000
        d7: 0b11
        d8: +5
        d9: 9007199254740993
        e: 2026-01-01
        e2: 2026-01-01T10:00:00Z
        e3: 2026-1-1 1:2:3
        f: 1:20
        g: ~
        g2:
        g3: Null
        h: !!str 5
        i: !Ref x
        j: y
        n: key
        k: =
        on: key
        1.5: key
        010: key
        literal: |
          two
            lines

        keep: |+
          kept

        strip: |-
          stripped

        folded: >
          one
          line
        plain: several words
          on two lines
        single: 'it''s'
        double: "a\tb\u00e9"
        flow: {x: 1, "y z": [on, 'off', ~]}
        emoji: "😀"
        base: &base {p: 1, q: 2}
        more: &more {q: 3, r: 4}
        alias: *base
        merged:
          <<: *base
          q: own
        before:
          q: own
          <<: *base
        several:
          <<: [*base, *more]
        """;

    [Fact]
    public async Task From_TrapsOfYaml_ReadsWhatKubectlReads()
    {
        Assert.SkipUnless(Kubectl.IsInstalled, "kubectl is not installed: nobody says how Kubernetes reads this");
        var text = "apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: x}\nspec:\n" + string.Join('\n', Traps.Split('\n').Select(l => l.Length == 0 ? l : "  " + l)) + "\n";
        var folder = Directory.CreateTempSubdirectory("kafkamesh-yaml-");
        try
        {
            var file = Path.Combine(folder.FullName, "thing.yaml");
            await File.WriteAllTextAsync(file, text, TestContext.Current.CancellationToken);
            var answer = await new Kubectl("/nonexistent").RunAsync(null, "annotate", "--local", "-f", file, "-o", "json", "a=b");

            var expected = JsonNode.Parse(answer)!["spec"];
            var actual = JsonNode.Parse(YamlJson.From(SourceParser.Parse(text)!)!["spec"]!.ToJsonString());
            Assert.True(JsonNode.DeepEquals(expected, actual), $"kubectl: {Sorted(expected)}\nhere:    {Sorted(actual)}");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("a: 1\nb: 2\na: 3\n", 3, "the key 'a' stands twice in one mapping; remove one of them")]
    [InlineData("x: {a: 1, \"a\": 2}\n", 1, "the key 'a' stands twice in one mapping; remove one of them")]
    [InlineData("a: *nobody\n", 1, "*nobody names no anchor above it")]
    [InlineData("a: &a\n  b: *a\n", 2, "*a names no anchor above it")]
    [InlineData("a: .inf\n", 1, "'.inf' is a number that JSON, and so Kubernetes, does not have")]
    [InlineData("? [a]\n: b\n", 1, "a key must be text")]
    [InlineData("a: b\n<<: text\n", 2, "'<<' takes a mapping or a list of mappings")]
    [InlineData("a:\n\t- b\n", 1, "this is no YAML: ")]
    [InlineData("a: [1, 2\nb: 3\n", 1, "this is no YAML: ")]
    [InlineData("a: \"open\n", 1, "this is no YAML: ")]
    [InlineData("a: b: c\n", 1, "this is no YAML: ")]
    [InlineData("a: @b\n", 1, "this is no YAML: ")]
    public void From_WhatKubernetesCannotRead_NamesLineAndReason(string text, int line, string reason)
    {
        var error = Assert.Throws<ManifestSyntaxException>(() => YamlJson.From(SourceParser.Parse(text)!));

        Assert.StartsWith(reason, error.Message, StringComparison.Ordinal);
        Assert.InRange(error.Line, line, line + 1);
    }

    [Fact]
    public void From_AliasesOfAliases_AreBounded()
    {
        var text = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n" + string.Concat(Enumerable.Range(1, 9).Select(i => $"a{i}: &a{i} [{string.Join(',', Enumerable.Repeat($"*a{i - 1}", 10))}]\n"));

        var error = Assert.Throws<ManifestSyntaxException>(() => YamlJson.From(SourceParser.Parse(text)!));

        Assert.Contains("1000000 nodes", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[")]
    [InlineData("{a: ")]
    [InlineData("- ")]
    public void Parse_NestedWithoutEnd_IsBounded(string step)
    {
        var text = string.Concat(Enumerable.Repeat(step, 100_000));
        Assert.Throws<ManifestSyntaxException>(() => SourceParser.Parse(text));
    }

    [Fact]
    public void Parse_RandomlyDamagedText_ReadsOrSaysWhy()
    {
        var random = new Random(4092);
        for (var round = 0; round < 2000; round++)
        {
            var text = Traps.ToCharArray();
            for (var i = 0; i < 3; i++)
                text[random.Next(text.Length)] = ":-{}[]\"'|>&*!%@`#\n\t \0\u0085é"[random.Next(23)];
            var damaged = new string(text, 0, random.Next(text.Length));
            try
            {
                if (SourceParser.Parse(damaged) is { } root)
                    YamlJson.From(root);
            }
            catch (ManifestSyntaxException error)
            {
                Assert.NotEmpty(error.Message);
            }
        }
    }

    private static string Sorted(JsonNode? node) => node switch
    {
        JsonObject map => "{" + string.Join(",", map.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => $"\"{p.Key}\":{Sorted(p.Value)}")) + "}",
        JsonArray list => "[" + string.Join(",", list.Select(Sorted)) + "]",
        null => "null",
        _ => node.ToJsonString(),
    };
}
