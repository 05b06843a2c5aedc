using System.Text;
using KafkaMesh.Operator.Manifests;

namespace KafkaMesh.Operator.Tests.Manifests;

public sealed class ManifestReaderTests
{
    [Theory]
    [InlineData("", 0)]
    [InlineData("\n\n", 0)]
    [InlineData("# only a comment", 0)]
    [InlineData("---\n---\n...\n---", 0)]
    [InlineData("a: 1", 1)]
    [InlineData("a: 1\n---\nb: 2", 2)]
    [InlineData("# head\n--- # first\na: 1\n---\n# nothing\n--- {b: 2}\n...\n# tail\n", 2)]
    [InlineData("a: |\n  ---\n  x\n---\r\nb: 2\r\n", 2)]
    [InlineData("a: 1\n---x: 2\n", 1)]
    [InlineData("%YAML 1.1\n---\na: 1\n", 1)]
    [InlineData("---\nnull\n---\na: 1\n", 1)]
    [InlineData("{\"a\": 1}", 1)]
    [InlineData(" {\"a\": 1}{\"b\": 2}\n\n{\"c\": {}}\n", 3)]
    [InlineData("{a: 1, b: [c]}\n---\nd: 1\n", 2)]
    [InlineData("{\"a\": 1}\n---\n{\"b\": 1}\n", 2)]
    public void Read_AnyManifest_KeepsEveryByteAndFindsTheDocuments(string text, int documents)
    {
        foreach (var mark in (string[])["", "\uFEFF"])
        {
            var file = ManifestReader.Read("f.yaml", Encoding.UTF8.GetBytes(mark + text));

            Assert.Equal(text, string.Concat(file.Documents.Select(d => d.Text)));
            Assert.Equal(mark.Length > 0, file.HasByteOrderMark);
            Assert.Equal(Enumerable.Range(1, documents), file.Documents.Where(d => d.Content is not null).Select(d => d.Number));
        }
    }

    [Theory]
    [InlineData("a: 1\n---\nb: 2\nb: 3\n", "f.yaml: document 2, line 4: the key 'b' stands twice in one mapping; remove one of them")]
    [InlineData("---\n- a\n", "f.yaml: document 1, line 2: a Kubernetes object is a mapping with apiVersion and kind; this is a list")]
    [InlineData("a: 1\n---\njust text\n", "f.yaml: document 2, line 3: a Kubernetes object is a mapping with apiVersion and kind; this is a single value")]
    [InlineData("{\"a\": 1}\n[1]\n", "f.yaml: document 2, line 2: a Kubernetes object is a JSON object with apiVersion and kind")]
    [InlineData("{\"a\": 1}\n{\"b\": 1,\n \"b\": 2}\n", "f.yaml: document 2, line 3: the key 'b' stands twice in one mapping; remove one of them")]
    [InlineData("{\"a\": 1,\n \"a\": 2}\n", "f.yaml: document 1, line 2: the key 'a' stands twice in one mapping; remove one of them")]
    [InlineData("{a: 1, a: 2}", "f.yaml: document 1, line 1: the key 'a' stands twice in one mapping; remove one of them")]
    [InlineData("{\"a\": 1,\n  \"b\": ]}", "f.yaml: document 1, line 2: this is no JSON: ']' is an invalid start of a value")]
    [InlineData("{a: 1\n", "f.yaml: document 1, line 2: this is no YAML: While parsing a flow mapping, did not find expected ',' or '}'")]
    public void Read_WhatIsNoManifest_NamesFileDocumentAndLine(string text, string sentence) =>
        Assert.Equal(sentence, Assert.Throws<ManifestException>(() => ManifestReader.Read("f.yaml", Encoding.UTF8.GetBytes(text))).Message);

    [Theory]
    [InlineData(new byte[] { (byte)'a', (byte)'\n', 0xFF }, "f.yaml: line 2: byte 0xff is not UTF-8; save the file as UTF-8")]
    [InlineData(new byte[] { 0xFF, 0xFE, (byte)'a', 0 }, "f.yaml: line 1: byte 0xff is not UTF-8; save the file as UTF-8")]
    [InlineData(new byte[] { 0xC0, 0x80 }, "f.yaml: line 1: byte 0xc0 is not UTF-8; save the file as UTF-8")]
    [InlineData(new byte[] { (byte)'a', 0xE2, 0x82 }, "f.yaml: line 1: byte 0xe2 is not UTF-8; save the file as UTF-8")]
    public void Read_BytesThatAreNoUtf8_AreRefused(byte[] bytes, string sentence) =>
        Assert.Equal(sentence, Assert.Throws<ManifestException>(() => ManifestReader.Read("f.yaml", bytes)).Message);
}
