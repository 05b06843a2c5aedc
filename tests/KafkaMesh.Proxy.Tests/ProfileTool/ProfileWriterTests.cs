using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using KafkaMesh.Codec;
using KafkaMesh.Proxy.ProfileTool;

namespace KafkaMesh.Proxy.Tests.ProfileTool;

public sealed class ProfileWriterTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("kafkamesh-profile-");
    private readonly AssemblySet _assemblies = new([typeof(object).Assembly.Location, typeof(FrameReader).Assembly.Location]);

    public void Dispose()
    {
        _assemblies.Dispose();
        _directory.Delete(recursive: true);
    }

    private string ProfilePath => Path.Combine(_directory.FullName, "profile.mibc");

    [Fact]
    public void Save_MethodsOfTwoAssemblies_AreReferredToInOrderWithFallingWeights()
    {
        var profile = new ProfileWriter(_assemblies);

        Assert.True(profile.Add(MethodName.Parse("KafkaMesh.Codec.FrameReader:Read(byref,byref)")));
        Assert.True(profile.Add(MethodName.Parse("System.Collections.Generic.Dictionary`2[System.__Canon,int]:Clear()")));
        Assert.True(profile.Add(MethodName.Parse("System.Array:Resize[System.__Canon](byref,int)")));
        profile.Save(ProfilePath);

        Assert.Equal(
            ["KafkaMesh.Codec.FrameReader.Read 3", "Dictionary`2.Clear 2", "System.Array.Resize<> 1"],
            Read(ProfilePath));
    }

    [Theory]
    [InlineData("System.String:NoSuchMethod()")]
    [InlineData("System.String:Trim(int,int,int,int)")]
    [InlineData("No.Such.Type:Trim()")]
    [InlineData("System.Collections.Generic.List`1[No.Such.Type]:Clear()")]
    [InlineData("System.Array:Resize[No.Such.Type](byref,int)")]
    public void Add_WhatNoAssemblyHas_IsLeftOut(string name) => Assert.False(new ProfileWriter(_assemblies).Add(MethodName.Parse(name)));

    [Fact]
    public void AddAll_AfterOneOfItsMethods_AddsTheOthersBehindIt()
    {
        var all = new ProfileWriter(_assemblies);
        all.AddAll("KafkaMesh.Codec");
        all.Save(ProfilePath);
        var expected = Read(ProfilePath).Count;
        var profile = new ProfileWriter(_assemblies);
        Assert.True(profile.Add(MethodName.Parse("KafkaMesh.Codec.FrameReader:Read(byref,byref)")));

        profile.AddAll("KafkaMesh.Codec");
        profile.Save(ProfilePath);

        var methods = Read(ProfilePath);
        Assert.InRange(expected, 200, 2000);
        Assert.Equal(expected, methods.Count);
        Assert.Equal($"KafkaMesh.Codec.FrameReader.Read {expected}", methods[0]);
    }

    /// <summary>Which of the decoder's methods for single messages a run calls is up to its traffic.</summary>
    [Fact]
    public void AddAll_AfterAGenericMethodOfAType_AddsItsLikesWithTheSameArguments()
    {
        var profile = new ProfileWriter(_assemblies);
        Assert.True(profile.Add(MethodName.Parse("KafkaMesh.Codec.BodyReader:RunHot2[KafkaMesh.Codec.FrameReader](System.ReadOnlySpan`1[byte],int,byref)")));
        Assert.True(profile.Add(MethodName.Parse("KafkaMesh.Codec.BodyReader:RunHot3[KafkaMesh.Codec.FrameReader](System.ReadOnlySpan`1[byte],int,byref)")));

        profile.AddAll("KafkaMesh.Codec");
        profile.Save(ProfilePath);

        var hot = Read(ProfilePath).Select(method => method.Split(' ')[0]).Where(method => method.StartsWith("KafkaMesh.Codec.BodyReader.RunHot", StringComparison.Ordinal)).ToList();
        var declared = typeof(BodyReader).GetMethods(BindingFlags.Instance | BindingFlags.NonPublic).Count(method => method.Name.StartsWith("RunHot", StringComparison.Ordinal));
        Assert.InRange(declared, 10, 100);
        Assert.Equal(declared, hot.Count);
        Assert.Equal(declared, hot.Distinct().Count());
    }

    [Fact]
    public void AddAll_UnknownAssembly_IsRefused() => Assert.Throws<FormatException>(() => new ProfileWriter(_assemblies).AddAll("No.Such.Assembly"));

    [Fact]
    public void Save_Twice_WritesTheSameBytes()
    {
        byte[] Write()
        {
            var profile = new ProfileWriter(_assemblies);
            profile.AddAll("KafkaMesh.Codec");
            profile.Save(ProfilePath);
            return File.ReadAllBytes(ProfilePath);
        }

        Assert.Equal(Write(), Write());
    }

    // Walks the groups as the ahead-of-time compiler does.
    private static List<string> Read(string path)
    {
        using var file = new PEReader(File.OpenRead(path));
        var reader = file.GetMetadataReader();
        List<string> methods = [];
        foreach (var handle in reader.MethodDefinitions)
        {
            var definition = reader.GetMethodDefinition(handle);
            if (reader.GetString(definition.Name) == "AssemblyDictionary")
                continue;
            var code = file.GetMethodBody(definition.RelativeVirtualAddress).GetILReader();
            string? method = null;
            while (code.RemainingBytes > 0)
            {
                switch ((ILOpCode)code.ReadByte())
                {
                    case ILOpCode.Ldtoken:
                        method = Name(reader, MetadataTokens.EntityHandle(code.ReadInt32()));
                        break;
                    case ILOpCode.Ldstr:
                        Assert.Equal("ExclusiveWeight", reader.GetUserString(MetadataTokens.UserStringHandle(code.ReadInt32() & 0xffffff)));
                        break;
                    case ILOpCode.Ldc_i4:
                        methods.Add($"{method} {code.ReadInt32()}");
                        break;
                    case ILOpCode.Ldc_i4_s:
                        methods.Add($"{method} {code.ReadSByte()}");
                        break;
                    case var small and >= ILOpCode.Ldc_i4_0 and <= ILOpCode.Ldc_i4_8:
                        methods.Add($"{method} {small - ILOpCode.Ldc_i4_0}");
                        break;
                }
            }
        }

        return methods;
    }

    private static string Name(MetadataReader reader, EntityHandle handle)
    {
        switch (handle.Kind)
        {
            case HandleKind.MethodSpecification:
                return $"{Name(reader, reader.GetMethodSpecification((MethodSpecificationHandle)handle).Method)}<>";
            case HandleKind.MemberReference:
                var member = reader.GetMemberReference((MemberReferenceHandle)handle);
                return $"{Name(reader, member.Parent)}.{reader.GetString(member.Name)}";
            case HandleKind.TypeReference:
                var type = reader.GetTypeReference((TypeReferenceHandle)handle);
                return $"{reader.GetString(type.Namespace)}.{reader.GetString(type.Name)}";
            default:
                // GENERICINST CLASS type
                var signature = reader.GetBlobReader(reader.GetTypeSpecification((TypeSpecificationHandle)handle).Signature);
                Assert.Equal((byte)SignatureTypeCode.GenericTypeInstance, signature.ReadByte());
                _ = signature.ReadByte();
                var definition = reader.GetTypeReference((TypeReferenceHandle)signature.ReadTypeHandle());
                return reader.GetString(definition.Name);
        }
    }
}
