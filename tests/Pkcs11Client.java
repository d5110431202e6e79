// SPDX-License-Identifier: Apache-2.0
// A Java program with the chip's key, through the JDK's provider SunPKCS11.
//
//   Pkcs11Client CONFIG sign MESSAGE     a signature by each algorithm, verified
//   Pkcs11Client CONFIG agree PEER.der   the shared secret in hex
//   Pkcs11Client CONFIG obey             for each line, "sign" or "reload", how it went
//   Pkcs11Client CONFIG get URL CA.pem   a page, by TLS with the device's certificate

import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.InputStreamReader;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.Security;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.X509EncodedKeySpec;
import java.util.HexFormat;
import javax.crypto.KeyAgreement;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

class Pkcs11Client {
	static Provider provider;
	static KeyStore keys;

	public static void main(String[] arguments) throws Exception {
		provider = Security.getProvider("SunPKCS11").configure(arguments[0]);
		Security.addProvider(provider);
		load();
		switch (arguments[1]) {
		case "sign" -> sign(arguments[2].getBytes());
		case "obey" -> obey();
		case "agree" -> agree(Path.of(arguments[2]));
		case "get" -> get(new URL(arguments[2]), arguments[3]);
		default -> throw new IllegalArgumentException(arguments[1]);
		}
	}

	static void load() throws Exception {
		keys = KeyStore.getInstance("PKCS11", provider);
		keys.load(null, "any PIN".toCharArray());
	}

	static PrivateKey deviceKey() throws Exception {
		return (PrivateKey) keys.getKey("device", null);
	}

	static void sign(byte[] message) throws Exception {
		Certificate device = keys.getCertificate("device");
		for (String hash : new String[] { "SHA1", "SHA224", "SHA256", "SHA384", "SHA512" }) {
			Signature signature = Signature.getInstance(hash + "withECDSA", provider);
			signature.initSign(deviceKey());
			signature.update(message);
			byte[] made = signature.sign();
			Signature check = Signature.getInstance(hash + "withECDSA", "SunEC");
			check.initVerify(device.getPublicKey());
			check.update(message);
			System.out.println(hash + " " + check.verify(made));
		}
	}

	// With the key that was got first, until the store is loaded anew.
	static void obey() throws Exception {
		PrivateKey key = deviceKey();
		BufferedReader orders = new BufferedReader(new InputStreamReader(System.in));
		for (String order; (order = orders.readLine()) != null;) {
			try {
				if (order.equals("reload")) {
					load();
					key = deviceKey();
				}
				Signature signature = Signature.getInstance("SHA256withECDSA", provider);
				signature.initSign(key);
				signature.sign();
				System.out.println("OK");
			} catch (Exception error) {
				System.out.println(error);
			}
		}
	}

	static void agree(Path peer) throws Exception {
		KeyAgreement agreement = KeyAgreement.getInstance("ECDH", provider);
		agreement.init(deviceKey());
		agreement.doPhase(KeyFactory.getInstance("EC").generatePublic(
			new X509EncodedKeySpec(Files.readAllBytes(peer))), true);
		System.out.println(HexFormat.of().formatHex(agreement.generateSecret()));
	}

	static SSLContext tls(String authority) throws Exception {
		KeyManagerFactory own = KeyManagerFactory.getInstance("PKIX");
		own.init(keys, null);
		KeyStore trusted = KeyStore.getInstance("PKCS12");
		trusted.load(null, null);
		try (FileInputStream file = new FileInputStream(authority)) {
			trusted.setCertificateEntry("server", CertificateFactory
				.getInstance("X.509").generateCertificate(file));
		}
		TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
		trust.init(trusted);
		SSLContext context = SSLContext.getInstance("TLS");
		context.init(own.getKeyManagers(), trust.getTrustManagers(), null);
		return context;
	}

	static void get(URL url, String authority) throws Exception {
		HttpsURLConnection connection = (HttpsURLConnection) url.openConnection();
		connection.setSSLSocketFactory(tls(authority).getSocketFactory());
		System.out.print(new String(connection.getInputStream().readAllBytes()));
	}
}
