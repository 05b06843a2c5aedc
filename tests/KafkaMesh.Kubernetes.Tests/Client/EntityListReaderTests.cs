using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using KafkaMesh.Kubernetes.Client;
using KafkaMesh.Kubernetes.Tests.Infrastructure;

namespace KafkaMesh.Kubernetes.Tests.Client;

public sealed class EntityListReaderTests
{
    private const string List = """
        {"kind":"ConfigMapList","items":[{"metadata":{"name":"a","namespace":"demo"},"data":{"k":"[\"}é"}},{"metadata":{"name":"b"},"n":[1,-2.5e3,true,null]}],
        "extra":{"items":[1]},"count":12,"metadata":{"resourceVersion":"7","continue":"next"},"none":null}
        """;

    [Fact]
    public async Task ReadAsync_CutAtEveryByte_IsTheSameList()
    {
        var bytes = Encoding.UTF8.GetBytes(List);
        var expected = JsonNode.Parse(bytes)!["items"]!.AsArray();
        for (var cut = 0; cut <= bytes.Length; cut++)
        {
            var list = await ReadAsync(new PieceStream(bytes, cut, bytes.Length));

            Assert.Equal(2, list.Items.Count);
            Assert.True(JsonNode.DeepEquals(expected[0], list.Items[0]) && JsonNode.DeepEquals(expected[1], list.Items[1]));
            Assert.Equal(("7", "next"), (list.Metadata.ResourceVersion, list.Continue));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100_000)]
    public async Task ReadAsync_ItemsLargerThanTheBufferInPiecesOfAnySize_AreWhole(int piece)
    {
        var large = Enumerable.Range(0, 3).Select(i => new JsonObject { ["metadata"] = new JsonObject { ["name"] = $"c{i}" }, ["data"] = new string((char)('x' + i), 60_000 * i) }).ToList();
        var bytes = Encoding.UTF8.GetBytes($$"""{"metadata":{},"items":[{{string.Join(",", large.Select(item => item.ToJsonString()))}}]}""");

        var list = await ReadAsync(new PieceStream(bytes, piece, piece));

        Assert.Equal(large.Select(item => item.ToJsonString()), list.Items.Select(item => item.ToJsonString()));
    }

    [Fact]
    public async Task ReadAsync_CutShortAnywhere_IsRefused()
    {
        var bytes = Encoding.UTF8.GetBytes(List.TrimEnd());
        for (var length = 0; length < bytes.Length; length++)
            await Assert.ThrowsAnyAsync<JsonException>(() => ReadAsync(new MemoryStream(bytes, 0, length)));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"items":{}}""")]
    [InlineData("""{"items":"none"}""")]
    [InlineData("""{"items":[1]}""")]
    [InlineData("""{"items":[{"metadata":{}}]}""")]
    [InlineData("""{"items":[]}x""")]
    [InlineData("""{"items":[]}{"items":[]}""")]
    public async Task ReadAsync_NoList_IsRefused(string text) =>
        await Assert.ThrowsAnyAsync<JsonException>(() => ReadAsync(new MemoryStream(Encoding.UTF8.GetBytes(text))));

    [Fact]
    public async Task ReadAsync_DeeperThanAnyObject_IsRefused() =>
        await Assert.ThrowsAnyAsync<JsonException>(() => ReadAsync(new MemoryStream(Encoding.UTF8.GetBytes("""{"items":[""" + new string('[', 1_000_000)))));

    private static async Task<EntityList<JsonObject>> ReadAsync(Stream body) =>
        await new EntityListReader<JsonObject>(ConfigMaps.Type).ReadAsync(body, TestContext.Current.CancellationToken);

    // Gives the first piece, then further ones.
    private sealed class PieceStream(byte[] bytes, int first, int next) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var most = Position < first ? first - (int)Position : next;
            return base.ReadAsync(buffer[..Math.Min(buffer.Length, most)], cancellationToken);
        }
    }
}
