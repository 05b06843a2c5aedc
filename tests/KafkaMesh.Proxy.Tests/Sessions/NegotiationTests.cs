using KafkaMesh.Proxy.Metrics;
using KafkaMesh.Proxy.Tests.Support;

namespace KafkaMesh.Proxy.Tests.Sessions;

/// <summary>Error codes by which client and broker come to terms as the protocol has it: told by name, but nothing has failed.</summary>
public class NegotiationTests
{
    private const short ApiVersions = 18;
    private const short JoinGroup = 11;
    private const short UnsupportedVersion = 35;
    private const short MemberIdRequired = 79;
    private const short NotAvailable = 15;

    /// <summary>KIP-511: the broker lacks the version and answers in version 0 with those that it has.</summary>
    [Fact]
    public void ApiVersions_Fallback_IsNamedAndHasNotFailed()
    {
        var connection = new ObservedConnection();
        connection.Send(Wire.Request(ApiVersions, 4, 1, "c", [.. Wire.CompactString("java"), .. Wire.CompactString("4"), 0], flexible: true));
        connection.Receive(Wire.Response(1, [.. Wire.Int16(UnsupportedVersion), .. Wire.Int32(1), .. Wire.Int16(18), .. Wire.Int16(0), .. Wire.Int16(3)]));
        AssertCounted(connection, ApiVersions, UnsupportedVersion, failed: 0);
    }

    [Theory]
    [InlineData((short)4, UnsupportedVersion)] // in the version asked for: no fallback
    [InlineData((short)4, NotAvailable)]
    [InlineData((short)0, UnsupportedVersion)] // to version 0, which every broker has
    public void ApiVersions_AnyOtherError_HasFailed(short version, short error)
    {
        var connection = new ObservedConnection();
        connection.Send(Wire.Request(ApiVersions, version, 1, "c", version == 0 ? [] : [.. Wire.CompactString("java"), .. Wire.CompactString("4"), 0], flexible: version > 0));
        connection.Receive(Wire.Response(1, [.. Wire.Int16(error), .. version == 0 ? Wire.Int32(0) : [1, .. Wire.Int32(0), 0]]));
        AssertCounted(connection, ApiVersions, error, failed: 1);
    }

    /// <summary>KIP-394: a member that joins for the first time is given its id with error 79 and joins again.</summary>
    [Theory]
    [InlineData(MemberIdRequired, 0)]
    [InlineData(NotAvailable, 1)]
    public void JoinGroup_FirstTime_HasNotFailedWhenOnlyTheIdIsMissing(short error, int failed)
    {
        var connection = new ObservedConnection();
        connection.Send(Wire.Request(JoinGroup, 4, 1, "c", [.. Wire.String("g"), .. Wire.Int32(1), .. Wire.Int32(1), .. Wire.String(""), .. Wire.String("consumer"), .. Wire.Int32(0)]));
        connection.Receive(Wire.Response(1, [.. Wire.Int32(0), .. Wire.Int16(error), .. Wire.Int32(-1), .. Wire.String(""), .. Wire.String(""), .. Wire.String("m-1"), .. Wire.Int32(0)]));
        AssertCounted(connection, JoinGroup, error, failed);
        Assert.DoesNotContain(connection.Snapshot.Series.Groups.ToList(), group => group.Rebalances > 0);
    }

    /// <summary>What is no JoinGroup has no first time.</summary>
    [Fact]
    public void Heartbeat_MemberIdRequired_HasFailed()
    {
        var connection = new ObservedConnection().Send(Wire.Heartbeat(1)).Receive(Wire.HeartbeatResponse(1, MemberIdRequired));
        AssertCounted(connection, 12, MemberIdRequired, failed: 1);
    }

    private static void AssertCounted(ObservedConnection connection, short api, short error, int failed)
    {
        var totals = connection.Api(api);
        Assert.Equal((1, failed, 1, 1), (totals.Responses, totals.ResponsesWithError, totals.Errors.Sum(), totals.Errors[ErrorCells.CellOf(error)]));
        Assert.Empty(connection.Trace.Failures);
    }
}
