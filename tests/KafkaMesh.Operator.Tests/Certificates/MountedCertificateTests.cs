using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using KafkaMesh.Operator.Certificates;

namespace KafkaMesh.Operator.Tests.Certificates;

public sealed class MountedCertificateTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("kafkamesh-certificate-").FullName;
    private readonly CertificateAuthority _authority = CertificateAuthority.Create(DateTimeOffset.UtcNow);

    public void Dispose()
    {
        _authority.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public void Read_FilesOfASecret_GivesCertificateKeyAndAuthority()
    {
        using var written = MountedFiles.Write(_directory, _authority);

        var read = MountedCertificate.Read(_directory, MountedFiles.DnsName);

        Assert.Equal(written.Thumbprint, read.Certificate.Thumbprint);
        Assert.True(read.Certificate.HasPrivateKey);
        Assert.Empty(read.Intermediates);
        Assert.Equal(_authority.CertificatePem, read.AuthorityPem);
        Assert.Equal(_authority.NotAfter, read.AuthorityEnd);
        Assert.Equal(written.Thumbprint, read.ToContext().TargetCertificate.Thumbprint);
    }

    [Fact]
    public void Read_IntermediateAuthority_IsSentAlong()
    {
        var now = DateTimeOffset.UtcNow;
        using var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var middleKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var root = Authority("root", rootKey).CreateSelfSigned(now.AddHours(-1), now.AddDays(10));
        using var middle = Authority("middle", middleKey).Create(root, now.AddHours(-1), now.AddDays(9), [1]).CopyWithPrivateKey(middleKey);
        using var issuing = CertificateAuthority.FromPem(middle.ExportCertificatePem(), middleKey.ExportPkcs8PrivateKeyPem());
        using var leaf = MountedFiles.Write(_directory, issuing);
        File.AppendAllText(Path.Combine(_directory, "tls.crt"), "\n" + middle.ExportCertificatePem());
        File.WriteAllText(Path.Combine(_directory, "ca.crt"), root.ExportCertificatePem());

        var read = MountedCertificate.Read(_directory, MountedFiles.DnsName);

        Assert.Equal(middle.Thumbprint, Assert.Single(read.Intermediates).Thumbprint);
        Assert.Equal(middle.Thumbprint, Assert.Single(read.ToContext().IntermediateCertificates).Thumbprint);
        Assert.Equal(root.ExportCertificatePem() + "\n", read.AuthorityPem);
    }

    [Theory]
    [InlineData("tls.crt", null, "cannot be read")]
    [InlineData("tls.key", null, "cannot be read")]
    [InlineData("ca.crt", null, "cannot be read")]
    [InlineData("ca.crt", "", "holds no certificate")]
    [InlineData("tls.crt", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "is no certificate in PEM")]
    [InlineData("tls.key", "not a key", "is not the key of tls.crt")]
    public void Read_FileThatCannotBeUsed_IsNamed(string file, string? content, string expected)
    {
        using var written = MountedFiles.Write(_directory, _authority);
        var path = Path.Combine(_directory, file);
        if (content is null)
            File.Delete(path);
        else
            File.WriteAllText(path, content);

        Refused(expected, file);
    }

    [Fact]
    public void Read_FileOfAnyLengthAndAnyBytes_IsRefusedByName()
    {
        using var written = MountedFiles.Write(_directory, _authority);
        foreach (var file in (string[])["tls.crt", "tls.key", "ca.crt"])
        {
            var path = Path.Combine(_directory, file);
            var whole = File.ReadAllText(path);
            for (var length = 0; length < whole.TrimEnd().Length; length += 7)
            {
                File.WriteAllText(path, whole[..length]);
                Refused("", file);
            }
            File.WriteAllText(path, new string('A', 300 * 1024));
            Refused("is larger than", file);
            File.WriteAllText(path, whole);
        }
    }

    [Fact]
    public void Read_KeyOfAnotherCertificate_IsRefused()
    {
        var other = Path.Combine(_directory, "other");
        using var written = MountedFiles.Write(_directory, _authority);
        using var second = MountedFiles.Write(other, _authority);
        File.Copy(Path.Combine(other, "tls.key"), Path.Combine(_directory, "tls.key"), overwrite: true);

        Refused("is not the key of tls.crt", "tls.key");
    }

    [Fact]
    public void Read_AnotherAuthority_IsRefused()
    {
        using var other = CertificateAuthority.Create(DateTimeOffset.UtcNow);
        using var written = MountedFiles.Write(_directory, _authority);
        File.WriteAllText(Path.Combine(_directory, "ca.crt"), other.CertificatePem);

        Refused("was not issued by the authority in ca.crt", "tls.crt");
    }

    [Fact]
    public void Read_OtherName_IsRefused()
    {
        using var written = MountedFiles.Write(_directory, _authority, "elsewhere.svc");

        Refused("dnsNames", "tls.crt");
    }

    private void Refused(string expected, string file)
    {
        var error = Assert.Throws<CertificateFileException>(() => MountedCertificate.Read(_directory, MountedFiles.DnsName));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Contains(file, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    private static CertificateRequest Authority(string name, ECDsa key)
    {
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        return request;
    }
}
