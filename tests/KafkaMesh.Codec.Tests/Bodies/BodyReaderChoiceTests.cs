using KafkaMesh.Codec.Tests.Generation;

namespace KafkaMesh.Codec.Tests.Bodies;

/// <summary>Texts whose meaning a byte before or behind them says, read in every possible way.</summary>
public sealed class BodyReaderChoiceTests
{
    private const short FindCoordinator = 10;
    private const short DescribeConfigs = 32;
    private const short IncrementalAlterConfigs = 44;
    private const short ListConfigResources = 74;
    private static readonly string LongName = new('x', 300);

    [Theory]
    [InlineData(0, "GroupId 6 'orders'")]
    [InlineData(1, "TransactionalId 6 'orders'")]
    [InlineData(2, "")]
    [InlineData(-128, "")]
    public void Read_FindCoordinatorOfOneKey_IsWhatTheTypeBehindItSays(int type, string expected)
    {
        AssertTells(Request(FindCoordinator, 1), new WireWriter().String("orders").Int8(type), expected);
        AssertTells(Request(FindCoordinator, 3), new WireWriter().CompactString("orders").Int8(type).Int8(0), expected);
    }

    [Theory]
    [InlineData(0, "GroupId")]
    [InlineData(1, "TransactionalId")]
    public void Read_FindCoordinatorOfALongKey_SaysItsStartAndLength(int type, string meaning)
    {
        var expected = $"{meaning} 300 '{LongName[..255]}'";
        AssertTells(Request(FindCoordinator, 2), new WireWriter().String(LongName).Int8(type), expected);
        AssertTells(Request(FindCoordinator, 3), new WireWriter().CompactString(LongName).Int8(type).Raw(1, 9, 3, 0, 0, 0), expected);
    }

    [Fact]
    public void Read_FindCoordinator0_AsksForAGroup() => AssertTells(Request(FindCoordinator, 0), new WireWriter().String("orders"), "GroupId 6 'orders'");

    [Theory]
    [InlineData(0, "GroupId 1 'a'|End Group|GroupId 2 'bc'|End Group")]
    [InlineData(1, "TransactionalId 1 'a'|TransactionalId 2 'bc'")]
    [InlineData(2, "")]
    public void Read_FindCoordinatorOfManyKeys_IsWhatTheTypeBeforeThemSays(int type, string expected)
    {
        foreach (short version in new short[] { 4, 6 })
        {
            AssertTells(Request(FindCoordinator, version), new WireWriter().Int8(type).Varint(3).CompactString("a").CompactString("bc").Int8(0), expected);
        }
    }

    [Fact]
    public void Read_FindCoordinatorResponse4_TellsNoKeys()
    {
        // What they are only the request says.
        var body = new WireWriter().Int32(0).Varint(2).CompactString("a").Int32(1).CompactString("h").Int32(9092).Int16(15).Varint(0).Int8(0).Int8(0);
        AssertTells(new Target(FindCoordinator, 4, MessageKind.Response), body, "ThrottleTimeMs 0|ElementErrorCode 15");
    }

    [Fact]
    public void Read_DescribeConfigsRequest_TellsTopicsAndGroupsAmongResources()
    {
        const string Expected = "TopicName 6 'orders'|End Topic|GroupId 1 'g'|End Group";
        var plain = new WireWriter().Int32(4).Int8(2).String("orders").Int32(1).String("name").Int8(4).String("1").Int32(-1)
            .Int8(32).String("g").Int32(0).Int8(16).String("m").Int32(-1).Int8(1);
        AssertTells(Request(DescribeConfigs, 1), plain, Expected);
        var flexible = new WireWriter().Varint(5).Int8(2).CompactString("orders").Varint(2).CompactString("name").Int8(0).Int8(4).CompactString("1").Varint(0).Int8(0)
            .Int8(32).CompactString("g").Varint(1).Int8(0).Int8(16).CompactString("m").Varint(0).Int8(0).Int8(1).Int8(1).Int8(0);
        AssertTells(Request(DescribeConfigs, 4), flexible, Expected);
    }

    [Fact]
    public void Read_IncrementalAlterConfigsResponse_KeepsTheErrorsOfResources()
    {
        var body = new WireWriter().Int32(7).Int32(2).Int16(40).Int16(-1).Int8(2).String("orders").Int16(0).Int16(-1).Int8(8).String("1");
        AssertTells(
            new Target(IncrementalAlterConfigs, 0, MessageKind.Response), body, "ThrottleTimeMs 7|ElementErrorCode 40|TopicName 6 'orders'|End Topic|ElementErrorCode 0");
    }

    [Fact]
    public void Read_ListConfigResourcesResponse_TellsThemSinceItSaysTheirType()
    {
        var typed = new WireWriter().Int32(0).Int16(0).Varint(4).CompactString("m").Int8(16).Int8(0).CompactString(LongName).Int8(2).Int8(0).CompactString("g").Int8(32).Int8(0).Int8(0);
        AssertTells(
            new Target(ListConfigResources, 1, MessageKind.Response), typed, $"ThrottleTimeMs 0|ErrorCode 0|TopicName 300 '{LongName[..255]}'|End Topic|GroupId 1 'g'|End Group");
        var clientMetrics = new WireWriter().Int32(0).Int16(0).Varint(2).CompactString("m").Int8(0).Int8(0);
        AssertTells(new Target(ListConfigResources, 0, MessageKind.Response), clientMetrics, "ThrottleTimeMs 0|ErrorCode 0");
    }

    [Fact]
    public void Read_CreateAclsRequest_TellsNoPatterns() =>
        AssertTells(Request(30, 1), new WireWriter().Int32(1).Int8(2).String("ord").Int8(4).String("User:a").String("*").Int8(3).Int8(3), "");

    private static Target Request(short apiKey, short version) => new(apiKey, version, MessageKind.Request);

    private static void AssertTells(Target target, WireWriter body, string expected)
    {
        var decoded = Decoded.ReadEveryWay(target, body.ToArray());
        Assert.Equal(new Decoded(DecodeStatus.Done, DecodeError.None, 0, IsFallback: false, expected.Replace('|', '\n')), decoded);
        for (var piece = 2; piece < 9; piece++)
        {
            var length = piece;
            Assert.Equal(decoded, Decoded.Read(target, body.ToArray(), _ => length));
            Assert.Equal(decoded, Decoded.ReadUnseen(target, body.ToArray(), () => length));
        }
    }
}
