using KafkaMesh.Codec.Tests.Bodies;

namespace KafkaMesh.Codec.Tests.Schema;

public sealed class KafkaSchemaTests
{
    private const int ReleasedVersions = 722;
    private const int ReleasedKeys = 93;

    [Fact]
    public void TryGetProgram_EveryReleasedVersion_HasOne()
    {
        var targets = Target.All().ToList();
        Assert.Equal(ReleasedKeys, KafkaSchema.ApiKeyCount);
        Assert.Equal(ReleasedVersions, targets.Count);
        Assert.All(targets, target => Assert.True(KafkaSchema.TryGetProgram(target.ApiKey, target.Version, target.Kind, out _, out _), $"{target}"));
    }

    [Fact]
    public void TryGetProgram_EveryReleasedVersion_IsWhatTheSchemaCompilesTo()
    {
        foreach (var api in Repository.Schema.Apis)
        {
            foreach (var target in Target.All().Where(target => target.ApiKey == api.Key))
            {
                Assert.True(KafkaSchema.TryGetProgram(target.ApiKey, target.Version, target.Kind, out var offset, out _));
                var program = SchemaTool.Compile.ProgramCompiler.Compile(api.Part(target.Kind, target.Version), target.Kind, target.Version);
                Assert.True(KafkaTables.Programs.Slice(offset, program.Length).SequenceEqual(program), $"{target}");
            }
        }
    }

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(93, 0)]
    [InlineData(short.MaxValue, 0)]
    [InlineData(short.MinValue, 0)]
    [InlineData(0, 14)]
    [InlineData(0, -1)]
    [InlineData(18, short.MaxValue)]
    public void TryStart_UnknownKeyOrVersion_IsRefused(short apiKey, short version)
    {
        var reader = new BodyReader();
        Assert.False(KafkaSchema.IsKnown(apiKey, version));
        Assert.False(reader.TryStart(apiKey, version, MessageKind.Request, 10));

        // A response too short for a fallback (KIP-511), which alone can be read in such a case.
        Assert.False(reader.TryStart(apiKey, version, MessageKind.Response, 5));
    }

    [Fact]
    public void HeaderVersions_EveryReleasedVersion_FollowItsEncoding()
    {
        foreach (var api in Repository.Schema.Apis)
        {
            for (var version = api.Versions.Min; version <= api.Versions.Max; version++)
            {
                var isFlexible = api.Part(MessageKind.Request, version).Flexible.Contains(version);
                Assert.Equal(isFlexible, api.Part(MessageKind.Response, version).Flexible.Contains(version));
                Assert.Equal(isFlexible, KafkaSchema.IsFlexible(api.Key, version));

                var request = api is { Name: "ControlledShutdown" } && version == 0 ? 0 : isFlexible ? 2 : 1;
                var response = isFlexible && api is not { Name: "ApiVersions" } ? 1 : 0;
                Assert.Equal((api.Name, version, request), (api.Name, version, KafkaSchema.GetRequestHeaderVersion(api.Key, version)));
                Assert.Equal((api.Name, version, response), (api.Name, version, KafkaSchema.GetResponseHeaderVersion(api.Key, version)));
            }
        }
    }

    [Theory]
    [InlineData(0, 9)]
    [InlineData(1, 12)]
    [InlineData(2, 6)]
    [InlineData(3, 9)]
    [InlineData(8, 8)]
    [InlineData(9, 6)]
    [InlineData(10, 3)]
    [InlineData(11, 6)]
    [InlineData(12, 4)]
    [InlineData(13, 4)]
    [InlineData(14, 4)]
    [InlineData(15, 5)]
    [InlineData(16, 3)]
    [InlineData(18, 3)]
    [InlineData(19, 5)]
    [InlineData(20, 4)]
    [InlineData(22, 2)]
    [InlineData(24, 3)]
    [InlineData(26, 3)]
    [InlineData(27, 1)]
    [InlineData(32, 4)]
    [InlineData(36, 2)]
    public void IsFlexible_WellKnownKeys_StartsWhereKafkaDocumentsIt(short apiKey, short first)
    {
        Assert.False(KafkaSchema.IsFlexible(apiKey, (short)(first - 1)));
        Assert.True(KafkaSchema.IsFlexible(apiKey, first));
        Assert.True(KafkaSchema.IsFlexible(apiKey, short.MaxValue));
    }

    [Theory]
    [InlineData(17)]
    [InlineData(47)]
    [InlineData(93)]
    [InlineData(-1)]
    public void IsFlexible_KeysWithoutTaggedFields_Never(short apiKey) => Assert.False(KafkaSchema.IsFlexible(apiKey, short.MaxValue));

    [Fact]
    public void ApiName_EveryKey_IsTheSchemasName()
    {
        Assert.All(Repository.Schema.Apis, api => Assert.True(ApiName.TryGet(api.Key, out var name) && name == api.Name));
        Assert.True(ApiName.TryGet(18, out var apiVersions));
        Assert.Equal("ApiVersions", apiVersions);
        Assert.False(ApiName.TryGet(93, out _));
        Assert.False(ApiName.TryGet(-1, out _));
    }

    [Fact]
    public void ErrorName_EveryCode_IsTheSchemasName()
    {
        Assert.All(Repository.Schema.Errors, error => Assert.True(ErrorName.TryGet(error.Code, out var name) && name == error.Name));
        Assert.Equal(135, Repository.Schema.Errors.Count);
        Assert.True(ErrorName.TryGet(-1, out var unknown));
        Assert.Equal("UNKNOWN_SERVER_ERROR", unknown);
        Assert.True(ErrorName.TryGet(6, out var notLeader));
        Assert.Equal("NOT_LEADER_OR_FOLLOWER", notLeader);
        Assert.False(ErrorName.TryGet(134, out _));
        Assert.False(ErrorName.TryGet(short.MinValue, out _));
    }
}
